import { errorText, type Logger } from './logger';

/** Node would print the message of what nobody caught, and with it what somebody sent. The process still ends. */
export function logCrashes(log: Logger): void {
  process.on('uncaughtException', (thrown) => {
    log.error({ error: errorText(thrown) }, 'nobody caught this; the process ends');
    process.exit(1);
  });
}
