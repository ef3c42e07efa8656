import { formatTenge } from '../../domain/money';
import { readRunProgress, type RunProgress } from '../../store/postgres/payoutRuns';
import { errorText } from '../../telemetry/logger';
import { createSharedPoll, type SharedPoll } from '../access/sharedPoll';
import type { ApiDeps, Handler } from '../handler';

const POLL_MS = 1_000;
const ENDED = ['done', 'expired', 'closed'];

type Reader = (run: RunProgress) => void;

const progressShape = (run: RunProgress): Record<string, unknown> => ({
  id: run.id,
  state: run.state,
  item_count: run.item_count,
  total: formatTenge(run.total_tiyn),
  counts: run.counts,
});

/**
 * One small read a second for each run that is open on a page, none once it has ended. A failed read only
 * delays: the readers keep what they have seen.
 */
export const createRunWatch = ({ pool, log }: Pick<ApiDeps, 'pool' | 'log'>): SharedPoll<Reader> =>
  createSharedPoll<Reader>({
    everyMs: POLL_MS,
    look: async (batchId, readers) => {
      const run = await readRunProgress(pool, batchId);
      if (!run) return true;
      for (const tell of readers) tell(run);
      return !ENDED.includes(run.state);
    },
    onFailure: (thrown) =>
      log.warn({ error: errorText(thrown) }, 'a payout run was not read for its viewers'),
  });

export const streamPayoutBatch: Handler = async ({ pool, now, runWatch }, { params }) => {
  const first = await readRunProgress(pool, params['batchId'] ?? '');
  if (!first) return { problem: 'batch_not_found' };
  return {
    events: (session) => {
      let told = '';
      const tell = (run: RunProgress): void => {
        const shape = progressShape(run);
        const text = JSON.stringify(shape);
        if (text !== told && session.isConnected)
          session.push({ ...shape, at: new Date(now()).toISOString() }, 'progress');
        told = text;
      };
      tell(first);
      return ENDED.includes(first.state) ? () => undefined : runWatch.join(first.id, tell);
    },
  };
};
