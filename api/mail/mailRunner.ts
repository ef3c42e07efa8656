import type { Pool } from 'pg';

import type { MailSender } from '../../adapters/ports';
import {
  claimMails,
  endMail,
  expireMails,
  putOffMail,
  type WaitingMail,
} from '../../store/postgres/mails';
import { errorText, type Logger } from '../../telemetry/logger';
import { endDueRecoveries } from '../accounts/recovering';
import { compose, type ComposeDeps } from './compose';

const BATCH = 10;
const IDLE_POLL_MS = 500;
/** Recoveries whose time has come are also looked at when somebody signs in; here they only must not be forgotten. */
const LOOK_EVERY_MS = 5_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 10 * 60_000;
/** Failed this often in a row is for people, again each as many times. */
const ALARM_EVERY = 10;

export type MailRunner = { stop(): Promise<void> };

export type MailRunnerOptions = ComposeDeps & {
  readonly pool: Pool;
  readonly mail: MailSender;
  readonly log: Logger;
};

/** Doubling, each pause its own half to one and a half: what an outage stopped at once must not knock at once. */
const pauseMs = (attempts: number): number =>
  Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 12)) * (0.5 + Math.random());

async function sendOne(options: MailRunnerOptions, mail: WaitingMail): Promise<void> {
  const { pool, log } = options;
  const letter = await compose(options, pool, mail);
  if (!letter) return endMail(pool, mail.id, 'unneeded', null);
  const sent = await options.mail.send({ ...letter, reference: mail.id });
  if (sent.ok) return endMail(pool, mail.id, 'sent', null);
  const { code, cause, retryAfterMs } = sent.error;
  if (code === 'mail_rejected') {
    log.error({ outcome: code, reason: cause }, 'a mail was refused for good');
    return endMail(pool, mail.id, 'refused', cause);
  }
  if (mail.attempts % ALARM_EVERY === 0)
    log.error({ outcome: code, reason: cause, attempt: mail.attempts }, 'a mail still waits');
  await putOffMail(pool, mail.id, Math.max(retryAfterMs ?? 0, pauseMs(mail.attempts)), cause);
}

/** One that cannot be written keeps the others from nothing. */
async function trySend(options: MailRunnerOptions, mail: WaitingMail): Promise<void> {
  try {
    await sendOne(options, mail);
  } catch (thrown) {
    options.log.error({ error: errorText(thrown) }, 'a mail was not sent, it is tried again');
    await putOffMail(options.pool, mail.id, pauseMs(mail.attempts), 'unexpected');
  }
}

/**
 * Sends what waits in Postgres until the provider has taken it: kept for a week, so that a day without provider, or
 * without this process, loses nothing. Any number of processes may; each takes mails that no other holds, and the
 * provider knows a mail that is sent twice by its reference.
 */
export function startMailRunner(options: MailRunnerOptions): MailRunner {
  const { pool, log } = options;
  let stopped = false;
  let lookedAt = 0;
  let wake: () => void = () => undefined;
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, IDLE_POLL_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const look = async (): Promise<void> => {
    if (performance.now() - lookedAt < LOOK_EVERY_MS && lookedAt !== 0) return;
    lookedAt = performance.now();
    const expired = await expireMails(pool);
    if (expired.length > 0)
      log.error({ count: expired.length }, 'mails were never taken and are worth nothing any more');
    await endDueRecoveries(options);
  };
  const round = async (): Promise<number> => {
    await look();
    const mails = await claimMails(pool, BATCH);
    await Promise.all(mails.map((mail) => trySend(options, mail)));
    return mails.length;
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      const done = await round().catch((thrown: unknown) => {
        log.warn({ error: errorText(thrown) }, 'mails: the store does not answer');
        return 0;
      });
      if (done === 0 && !stopped) await idle();
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
