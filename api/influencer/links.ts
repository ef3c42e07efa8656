import { wantedItem, wantedPlace, type Wanted } from '../links/wanted';
import { makeLink, type Made } from '../links/making';
import { forgetQuietly } from '../links/forgetting';
import { err, ok, type Result } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import {
  findOwnLink,
  listOwnLinks,
  type LinkFilterState,
} from '../../store/postgres/influencerLinks';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Limit } from '../access/limits';
import { jsonAnswer, type TextAnswer } from '../answer';
import { orRefusal, Refused } from '../brand/programmeInput';
import type { ApiDeps, Call } from '../handler';
import type { Refusal, Reply } from '../reply';
import type { Viewer } from '../access/viewer';
import { pageOf } from '../page';
import { readCursor } from './cursor';
import { describeLinks, type SubIds } from './linkView';
import { seen } from './wall';

export const listLinks = seen(async (deps, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['int']);
  if (!page.ok) return page.error;
  const filter = {
    query: query.get('query'),
    state: query.get('state') as LinkFilterState | undefined,
    programmeId: query.get('programme_id'),
  };
  const rows = await listOwnLinks(deps.pool, viewer, influencerId, filter, page.value);
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

/** The link as its owner sees it now; refused when it is nobody's or a stranger's. */
export async function linkAnswer(
  deps: ApiDeps,
  viewer: Viewer,
  influencerId: string,
  linkId: string,
  { status = 200, subIds = {} }: { status?: number; subIds?: SubIds | undefined } = {},
): Promise<TextAnswer | Refusal> {
  const link = await findOwnLink(deps.pool, viewer, influencerId, linkId);
  if (!link) return { problem: 'link_not_found' };
  const described = await describeLinks(deps, influencerId, [link], subIds);
  return jsonAnswer(status, described.get(link.number));
}

export const getLink = seen((deps, { params }, viewer, { influencerId }) =>
  linkAnswer(deps, viewer, influencerId, params['linkId'] ?? ''),
);

/** A person makes a handful of links a day; a program that makes thousands fills the table of codes. */
export const LINK_MAKING: Limit = { name: 'links', points: 30, seconds: 60 };

type Input = {
  readonly url?: string;
  readonly catalogue_item_id?: string;
  readonly sub_ids?: SubIds;
  readonly title?: string;
  readonly slug?: string;
  readonly expires_at?: string | null;
};

/** The end asked for; the document's date-time also fits moments that no calendar has (a leap second). */
export function readEnd(text: string | null | undefined): Result<Date | null, Refusal> {
  if (text === undefined || text === null) return ok(null);
  const end = new Date(text);
  return Number.isNaN(end.getTime()) ? err({ problem: 'expiry_malformed' }) : ok(end);
}

async function asked(
  deps: ApiDeps,
  input: Input,
): Promise<Result<{ wanted: Wanted; expiresAt: Date | null }, Refusal>> {
  if ((input.url === undefined) === (input.catalogue_item_id === undefined))
    return err({
      problem: 'body_invalid',
      errors: [{ pointer: '', message: 'either url or catalogue_item_id' }],
    });
  const end = readEnd(input.expires_at);
  if (!end.ok) return end;
  if (end.value && end.value.getTime() <= deps.now()) return err({ problem: 'expiry_past' });
  const wanted =
    input.catalogue_item_id === undefined
      ? await wantedPlace(deps.pool, input.url ?? '')
      : await wantedItem(deps.pool, input.catalogue_item_id);
  return wanted.ok ? ok({ wanted: wanted.value, expiresAt: end.value }) : wanted;
}

export const createLink = seen(async (deps, call, viewer, { influencerId }) => {
  const input = call.body as Input;
  const taken = await deps.limits.take(LINK_MAKING, influencerId);
  if (!taken.allowed) return { problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds };
  const read = await asked(deps, input);
  if (!read.ok) return read.error;
  const made = await orRefusal(
    inTransaction(deps.pool, (sql) => make(sql, read.value, input, influencerId, viewer, call)),
  );
  if ('problem' in made) return made;
  // Somebody may have tried the name before it existed: that it is unknown is remembered too.
  if (made.isNew) await forgetQuietly(deps, 'short', made.code);
  const reply: Reply = await linkAnswer(deps, viewer, influencerId, made.id, {
    status: made.isNew ? 201 : 200,
    subIds: input.sub_ids,
  });
  return reply;
});

async function make(
  sql: Parameters<typeof makeLink>[0],
  { wanted, expiresAt }: { readonly wanted: Wanted; readonly expiresAt: Date | null },
  { title, slug }: Input,
  influencerId: string,
  viewer: Viewer,
  call: Call,
): Promise<Made> {
  const made = await makeLink(sql, influencerId, { wanted, title, slug, expiresAt });
  if (!made.ok) throw new Refused(made.error);
  const { id, isNew } = made.value;
  if (isNew)
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'link.create',
        subjectId: id,
        after: { programmeId: wanted.programmeId, host: wanted.target.host, expiresAt },
      }),
    );
  return made.value;
}
