import type { RebuildCounts } from './contract';
import { rebuildJob } from './proxies';

/** Started by the Schedule of the same name; its one step may be run at any time and twice. */
export const rebuild = (): Promise<RebuildCounts> => rebuildJob.rebuildOpen({});
