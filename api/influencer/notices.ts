import {
  countUnread,
  listNotices as listRows,
  markNoticesRead,
  type NoticeRow,
} from '../../store/postgres/notices';
import { jsonAnswer } from '../answer';
import { pageOf } from '../page';
import { readCursor } from './cursor';
import { seen } from './wall';

const KINDS: Readonly<Record<string, string>> = { cnv: 'order', lnk: 'link' };

const subjectOf = (id: string | null): unknown =>
  id === null ? null : { kind: KINDS[id.slice(0, 3)] ?? 'payout', id };

const notice = (row: NoticeRow): unknown => ({
  id: row.id.toString(),
  code: row.code,
  params: row.programme === null ? row.params : { ...row.params, programme: row.programme },
  subject: subjectOf(row.subject_id),
  at: row.at,
  read: row.read_at !== null,
});

export const listNotices = seen(async ({ pool }, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['micros', 'bigint']);
  if (!page.ok) return page.error;
  const rows = await listRows(pool, viewer, influencerId, page.value);
  return jsonAnswer(200, {
    ...pageOf(rows, page.value, (row) => [row.at_key, row.id.toString()], notice),
    unread: await countUnread(pool, influencerId),
  });
});

export const readNotices = seen(async ({ pool }, { body }, _viewer, { influencerId }) => {
  const { up_to: upTo } = body as { up_to: string };
  // Beyond a bigint there is no notice.
  if (upTo.length <= 18) await markNoticesRead(pool, influencerId, upTo);
  return jsonAnswer(200, { unread: await countUnread(pool, influencerId) });
});
