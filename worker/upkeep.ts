import type { Client } from '@temporalio/client';

import { errorText, type Logger } from '../telemetry/logger';
import { ensureRebuildSchedule } from '../temporal/rebuildSchedule';
import { ensureSearchAttributes } from '../temporal/searchAttributes';

const EVERY_MS = 60_000;

/**
 * What the namespace must hold for our workflows: looked after once a minute, not only at start. A Temporal whose
 * database was lost comes back without it, under workers that never stopped; the schedule that is then made anew starts the
 * rebuild job at once.
 */
export function startUpkeep(
  client: Client,
  rebuildEveryMs: number,
  logger: Logger,
): { stop(): void } {
  let isFirst = true;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      await client.withDeadline(Date.now() + 20_000, async () => {
        await ensureSearchAttributes(client);
        await ensureRebuildSchedule(client, rebuildEveryMs, isFirst);
      });
      isFirst = false;
    } catch (failure) {
      logger.warn({ error: errorText(failure) }, 'the namespace was not looked after');
    }
    if (!stopped) timer = setTimeout(() => void look(), EVERY_MS);
  };
  void look();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
