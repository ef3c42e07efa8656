import { formatTenge } from '../../domain/money';
import { readRunProgress, type RunProgress } from '../../store/postgres/payoutRuns';
import { errorText } from '../../telemetry/logger';
import type { Handler } from '../handler';

const POLL_MS = 1_000;
const ENDED = ['done', 'expired', 'closed'];

const progressShape = (run: RunProgress): Record<string, unknown> => ({
  id: run.id,
  state: run.state,
  item_count: run.item_count,
  total: formatTenge(run.total_tiyn),
  counts: run.counts,
});

/**
 * One small read a second for each page that is open on a run, none once it has ended. A failed read only
 * delays: the reader keeps what it has seen.
 */
export const streamPayoutBatch: Handler = async ({ pool, log, now }, { params }) => {
  const first = await readRunProgress(pool, params['batchId'] ?? '');
  if (!first) return { problem: 'batch_not_found' };
  return {
    events: (session) => {
      let told = '';
      let timer: NodeJS.Timeout | undefined;
      let isGone = false;
      const tell = (run: RunProgress): void => {
        const shape = progressShape(run);
        const text = JSON.stringify(shape);
        if (text !== told)
          session.push({ ...shape, at: new Date(now()).toISOString() }, 'progress');
        told = text;
        if (!ENDED.includes(run.state)) timer = setTimeout(() => void look(), POLL_MS);
      };
      let last = first;
      const look = async (): Promise<void> => {
        try {
          last = (await readRunProgress(pool, first.id)) ?? last;
        } catch (thrown) {
          log.warn({ error: errorText(thrown) }, 'a payout run was not read for its viewer');
        }
        if (!isGone) tell(last);
      };
      tell(first);
      return () => {
        isGone = true;
        clearTimeout(timer);
      };
    },
  };
};
