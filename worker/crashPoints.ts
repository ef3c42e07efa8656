import { existsSync, writeFileSync } from 'node:fs';

import type {
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
} from '@temporalio/worker';

/**
 * Test mode only: `GAMMA_CRASH_AT=<activity>:<before|after>` kills this process with SIGKILL at that
 * boundary, once. `after` is the cruel one: the effect is done and its report is lost. The marker file
 * keeps the restarted worker from dying again.
 */
export function crashPoints(at: string, markerFile: string): ActivityInterceptorsFactory {
  const [activity, boundary] = at.split(':');
  const die = (): void => {
    if (existsSync(markerFile)) return;
    writeFileSync(markerFile, at);
    process.kill(process.pid, 'SIGKILL');
  };
  return (context) => {
    const inbound: ActivityInboundCallsInterceptor = {
      async execute(input, next) {
        const isIt = context.info.activityType === activity;
        if (isIt && boundary === 'before') die();
        const result = await next(input);
        if (isIt && boundary === 'after') die();
        return result;
      },
    };
    return { inbound };
  };
}
