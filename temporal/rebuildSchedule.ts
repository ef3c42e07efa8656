import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';

import { REBUILD, TASK_QUEUE } from '../workflows/contract';

/**
 * The Schedule that runs the rebuild job: never two at once (SKIP), and missed times are not made up for. Where there
 * is none — a new installation, or a Temporal that lost everything — it is made and runs at once. `everyMs` 0 removes it.
 * `mayHaveChanged`: an older one is brought to this interval.
 */
export async function ensureRebuildSchedule(
  client: Client,
  everyMs: number,
  mayHaveChanged: boolean,
): Promise<void> {
  const handle = client.schedule.getHandle(REBUILD);
  if (everyMs === 0) {
    await handle.delete().catch(() => undefined);
    return;
  }
  const spec = { intervals: [{ every: everyMs }] };
  try {
    await client.schedule.create({
      scheduleId: REBUILD,
      spec,
      policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: REBUILD,
        workflowId: REBUILD,
        taskQueue: TASK_QUEUE.conversions,
        args: [],
      },
      state: { triggerImmediately: true },
    });
  } catch (failure) {
    if (!(failure instanceof ScheduleAlreadyRunning)) throw failure;
    if (mayHaveChanged) await handle.update((before) => ({ ...before, spec }));
  }
}
