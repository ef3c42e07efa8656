import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { parseTarget, type Target } from '../../domain/links/target';
import { pastedAddress, placeTitle } from '../../domain/links/share';
import { err, ok, type Result } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import { findCatalogueItem } from '../../store/postgres/catalogueItems';
import {
  activeProgrammeNames,
  findOwnLink,
  findTwin,
  insertShortLink,
  listOwnLinks,
  programmeOfHost,
  setLinkState,
} from '../../store/postgres/influencerLinks';
import { inTransaction } from '../../store/postgres/pool';
import { forgetLink } from '../../store/redis/linkCache';
import { errorText } from '../../telemetry/logger';
import { auditOf } from '../access/audit';
import type { Limit } from '../access/limits';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Refusal } from '../handler';
import { pageOf } from '../page';
import { readCursor } from './cursor';
import { describeLinks, type SubIds } from './linkView';
import { seen } from './wall';

export const listLinks = seen(async (deps, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['int']);
  if (!page.ok) return page.error;
  const rows = await listOwnLinks(deps.pool, viewer, influencerId, query.get('query'), page.value);
  const described = await describeLinks(deps, influencerId, rows.slice(0, page.value.limit));
  return jsonAnswer(
    200,
    pageOf(
      rows,
      page.value,
      (row) => [String(row.number)],
      (row) => described.get(row.number),
    ),
  );
});

export const getLink = seen(async (deps, { params }, viewer, { influencerId }) => {
  const link = await findOwnLink(deps.pool, viewer, influencerId, params['linkId'] ?? '');
  if (!link) return { problem: 'link_not_found' };
  const described = await describeLinks(deps, influencerId, [link]);
  return jsonAnswer(200, described.get(link.number));
});

/** A person makes a handful of links a day; a program that makes thousands fills the table of codes. */
const MAKING: Limit = { name: 'links', points: 30, seconds: 60 };

type Input = {
  readonly url?: string;
  readonly catalogue_item_id?: string;
  readonly sub_ids?: SubIds;
};

type Wanted = {
  readonly target: Target;
  readonly programmeId: string;
  readonly title: string;
  readonly catalogueItemId: string | null;
};

/** Where the link is to lead and whose programme that is, or what to paste instead. */
async function wantedOf(
  { pool }: Pick<ApiDeps, 'pool'>,
  input: Input,
): Promise<Result<Wanted, Refusal>> {
  const itemId = input.catalogue_item_id;
  const item = itemId === undefined ? undefined : await findCatalogueItem(pool, itemId);
  if (itemId !== undefined && !item) return err({ problem: 'catalogue_item_not_found' });
  const address = item ? ok(item.url) : pastedAddress(input.url ?? '');
  if (!address.ok) return err({ problem: address.error });
  const target = parseTarget(address.value);
  if (!target.ok) return err({ problem: target.error });
  const found = await programmeOfHost(pool, target.value.host);
  if (!found) {
    const shops = await activeProgrammeNames(pool, 10);
    return err({
      problem: 'target_host_not_listed',
      detail: `${target.value.host} is not a shop of any programme. Shops: ${shops.join(', ')}.`,
    });
  }
  if (found.state !== 'active') return err({ problem: 'programme_not_running' });
  return ok({
    target: target.value,
    programmeId: found.id,
    title: item?.title ?? placeTitle(target.value.href, target.value.host),
    catalogueItemId: item?.id ?? null,
  });
}

/** 40 random bits in lower case without letters that look alike: short, and nobody's guess is worth anything. */
const newCode = (): string => idFromBytes('link', randomBytes(5)).slice('lnk_'.length);

const isAmbiguous = (input: Input): boolean =>
  (input.url === undefined) === (input.catalogue_item_id === undefined);

export const createLink = seen(async (deps, call, viewer, { influencerId }) => {
  const input = call.body as Input;
  if (isAmbiguous(input))
    return {
      problem: 'body_invalid',
      errors: [{ pointer: '', message: 'either url or catalogue_item_id' }],
    };
  const taken = await deps.limits.take(MAKING, influencerId);
  if (!taken.allowed) return { problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds };
  const wanted = await wantedOf(deps, input);
  if (!wanted.ok) return wanted.error;
  const { target, programmeId } = wanted.value;
  const twin = await findTwin(deps.pool, influencerId, programmeId, target.href);
  const id = twin ?? idFromBytes('link', randomBytes(16));
  if (twin === undefined) {
    const audit = auditOf(viewer, call, {
      action: 'link.create',
      subjectId: id,
      after: { programmeId, host: target.host },
    });
    await inTransaction(deps.pool, async (sql) => {
      const link = { ...wanted.value, id, influencerId, targetUrl: target.href };
      // A code is taken once in 2^40 / (number of links); five in a row never.
      for (let tries = 5; !(await insertShortLink(sql, { ...link, code: newCode() })); tries--)
        if (tries === 1) throw new Error('no free link code');
      await insertAudit(sql, audit);
    });
  }
  const link = await findOwnLink(deps.pool, viewer, influencerId, id);
  if (!link) return { problem: 'link_not_found' };
  const described = await describeLinks(deps, influencerId, [link], input.sub_ids);
  return jsonAnswer(twin === undefined ? 201 : 200, described.get(link.number));
});

export const updateLink = seen(async (deps, call, viewer, { influencerId }) => {
  const linkId = call.params['linkId'] ?? '';
  const { state } = call.body as { state: 'active' | 'paused' };
  const before = await inTransaction(deps.pool, async (sql) => {
    const was = await setLinkState(sql, influencerId, linkId, state);
    if (was !== undefined && was !== state) {
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'link.update',
          subjectId: linkId,
          before: { state: was },
          after: { state },
        }),
      );
    }
    return was;
  });
  const link =
    before === undefined ? undefined : await findOwnLink(deps.pool, viewer, influencerId, linkId);
  if (!link) return { problem: 'link_not_found' };
  // Redirects ask Postgres again within a second by themselves; without the entry also when Postgres is away.
  await forgetLink(deps.redis, link.kind, link.code ?? link.ref).catch((thrown: unknown) =>
    deps.log.warn({ error: errorText(thrown) }, 'a paused link is still in the link cache'),
  );
  const described = await describeLinks(deps, influencerId, [link]);
  return jsonAnswer(200, described.get(link.number));
});
