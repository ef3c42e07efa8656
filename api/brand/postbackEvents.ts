import type { Session } from 'better-sse';

import { receiptsSince } from '../../store/postgres/postbackLog';
import { createPostbackLog } from '../../store/redis/postbackLog';
import { errorText } from '../../telemetry/logger';
import { createSharedPoll, type SharedPoll } from '../access/sharedPoll';
import type { ApiDeps, Handler } from '../handler';
import { attemptLine, receiptLine, withoutStored, type LogLine } from './postbackLog';
import { programmeOf } from './scope';

const POLL_MS = 1_000;
/** A row is dated when its transaction begins and seen when it commits: each look goes back this far. */
const OVERLAP_MS = 10_000;
/** Of a shop at full speed a person is shown the newest of each second. */
const MAX_LINES = 50;

type Reader = {
  readonly session: Session;
  readonly sinceMs: number;
  /** Lines this reader was shown, by when they are dated. */
  readonly shown: Map<string, number>;
};

type Side = Pick<ApiDeps, 'pool' | 'redis' | 'log' | 'now'>;

/**
 * Follows the log by looking once a second. The attempts of all API processes end in the same two stores, so
 * this needs no wire between processes, and a look costs two reads by index for all who follow one programme.
 */
export const createPostbackWatch = (side: Side): SharedPoll<Reader> =>
  createSharedPoll<Reader>({
    everyMs: POLL_MS,
    look: async (programmeId, readers) => {
      const earliest = Math.min(...[...readers].map(({ sinceMs }) => sinceMs));
      const sinceMs = Math.max(earliest, side.now() - OVERLAP_MS);
      const lines = await linesSince(side, programmeId, sinceMs);
      for (const reader of readers) tell(reader, lines, sinceMs);
      return true;
    },
    onFailure: (thrown) =>
      side.log.warn({ error: errorText(thrown) }, 'the postback log cannot be followed'),
  });

async function linesSince(side: Side, programmeId: string, sinceMs: number): Promise<LogLine[]> {
  const attempts = createPostbackLog(side.redis)
    .since(programmeId, sinceMs, MAX_LINES * 4)
    .catch(() => []);
  const receipts = await receiptsSince(side.pool, programmeId, new Date(sinceMs), MAX_LINES * 4);
  const refused = await withoutStored(side, await attempts);
  return [...receipts.map(receiptLine), ...refused.map(attemptLine)].sort((a, b) =>
    a.at < b.at ? -1 : 1,
  );
}

function tell(reader: Reader, lines: readonly LogLine[], sinceMs: number): void {
  const { session, shown } = reader;
  const fresh = lines.filter(({ id, at }) => !shown.has(id) && Date.parse(at) >= reader.sinceMs);
  for (const line of fresh) shown.set(line.id, Date.parse(line.at));
  for (const { id, view } of fresh.slice(-MAX_LINES))
    if (session.isConnected) session.push(view, 'postback', id);
  for (const [id, atMs] of shown) if (atMs < sinceMs - OVERLAP_MS) shown.delete(id);
}

export const watchPostbackAttempts: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const { id } = programme.value;
  return {
    events: (session) =>
      deps.postbackWatch.join(id, { session, sinceMs: deps.now(), shown: new Map() }),
  };
};
