import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { codeFromBytes, readSlug, slugAlternatives } from '../../domain/links/slug';
import { err, ok, type Result } from '../../domain/result';
import {
  countLinks,
  findTwins,
  insertShortLink,
  isTakenDown,
  lockLinksOf,
  takenCodes,
  type Place,
  type Twin,
} from '../../store/postgres/influencerLinks';
import type { Sql } from '../../store/postgres/pool';
import type { Refusal } from '../reply';
import type { Wanted } from './wanted';

/** Not deleted; a person with more is a program. */
export const MAX_LINKS = 5_000;
const MAX_TITLE = 120;
const SUGGESTED = 3;
/** A code is taken once in 28^8 / (number of links): so many in a row never. */
const CODE_TRIES = 8;
/** Control characters, line ends and marks that turn the direction of what follows. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;

export type NewLink = {
  readonly wanted: Wanted;
  readonly title: string | undefined;
  readonly slug: string | undefined;
  readonly expiresAt: Date | null;
};

export type Made = { readonly id: string; readonly code: string; readonly isNew: boolean };

export function readTitle(text: string): Result<string, Refusal> {
  const title = text.trim();
  const fits = title !== '' && [...title].length <= MAX_TITLE && !UNPRINTABLE.test(title);
  return fits ? ok(title) : err({ problem: 'title_malformed' });
}

function newCode(): string {
  for (;;) {
    const code = codeFromBytes(randomBytes(24));
    if (code !== undefined) return code;
  }
}

async function taken(sql: Sql, slug: string): Promise<Refusal> {
  const names = slugAlternatives(slug);
  const used = await takenCodes(sql, names);
  const suggestions = names.filter((name) => !used.has(name)).slice(0, SUGGESTED);
  return { problem: 'slug_taken', suggestions };
}

const endMs = (at: Date | null): number | null => at?.getTime() ?? null;

/** The same product again is the same link, unless another name or end was asked for. */
const twinOf = (twins: readonly Twin[], slug: string | undefined, expiresAt: Date | null) =>
  twins.find(
    (twin) =>
      (slug === undefined || twin.code === slug) && endMs(twin.expires_at) === endMs(expiresAt),
  );

/**
 * Makes a link, or gives the one there is. Belongs in a transaction, which then holds the person's links: the twin
 * and the limit are decided before anything is written, and nothing is written when it refuses.
 */
export async function makeLink(
  sql: Sql,
  influencerId: string,
  { wanted, slug, ...asked }: NewLink,
): Promise<Result<Made, Refusal>> {
  const name = slug === undefined ? undefined : readSlug(slug);
  if (name && !name.ok) return err({ problem: name.error });
  const title = asked.title === undefined ? ok(wanted.title) : readTitle(asked.title);
  if (!title.ok) return title;
  await lockLinksOf(sql, influencerId);
  const place: Place = {
    influencerId,
    programmeId: wanted.programmeId,
    productKey: wanted.product.key,
    targetUrl: wanted.target.href,
  };
  if (await isTakenDown(sql, place)) return err({ problem: 'link_taken_down' });
  const twin = twinOf(await findTwins(sql, place), name?.value, asked.expiresAt);
  if (twin) return ok({ id: twin.id, code: twin.code, isNew: false });
  if ((await countLinks(sql, influencerId)) >= MAX_LINKS) return err({ problem: 'links_too_many' });
  const link = {
    ...place,
    id: idFromBytes('link', randomBytes(16)),
    title: title.value,
    catalogueItemId: wanted.catalogueItemId,
    expiresAt: asked.expiresAt,
    codeChosen: name !== undefined,
  };
  if (name)
    return (await insertShortLink(sql, { ...link, code: name.value }))
      ? ok({ id: link.id, code: name.value, isNew: true })
      : err(await taken(sql, name.value));
  for (let tries = 0; tries < CODE_TRIES; tries += 1) {
    const code = newCode();
    if (await insertShortLink(sql, { ...link, code }))
      return ok({ id: link.id, code, isNew: true });
  }
  throw new Error('no free link code');
}
