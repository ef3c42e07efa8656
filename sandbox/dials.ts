import { BadRequest, fieldsOf, oneOf, wholeOf } from './exchange';
import { textIn, type TextKey } from './pages/texts';
import { MAIL_MODES, type MailFake, type MailMode } from './mail/routes';
import { SLOW_MS, SMS_MODES, type SmsMode } from './sms/dial';
import type { SmsFake } from './sms/routes';
import { FEED_MODES, type FeedDial, type WildberriesFake } from './wildberries/routes';
import { MODES, type Mode } from './wooppay/dials';
import type { WooppayFake } from './wooppay/routes';

/** One way in to every partner's dial, for screens that know no partner; the partners' own routes stay. */
export type SandboxDial = {
  readonly partner: string;
  readonly dial: string;
  readonly partnerName: TextKey;
  readonly title: TextKey;
  readonly values: readonly string[];
  about(value: string): TextKey;
  /** `remaining`: calls still to be treated so; null for all until turned. */
  current(): { readonly value: string; readonly remaining: number | null };
  /** `value` is one of `values`. */
  turn(value: string, remaining: number | null): void;
};

const RETRY_SECONDS = 60;

export function sandboxDials(fakes: {
  readonly wooppay: WooppayFake;
  readonly wildberries: WildberriesFake;
  readonly sms: SmsFake;
  readonly mail: MailFake;
}): readonly SandboxDial[] {
  const { wooppay, wildberries, sms, mail } = fakes;
  return [
    {
      partner: 'wooppay',
      dial: 'payout',
      partnerName: 'dial.wooppay',
      title: 'dial.wooppay.payout',
      values: MODES,
      about: (value) => `mode.${value as Mode}`,
      current: () => {
        const { mode, remaining } = wooppay.dials.general();
        return { value: mode, remaining };
      },
      turn: (value, remaining) => wooppay.dials.turn({ mode: value as Mode, remaining }),
    },
    {
      partner: 'wildberries',
      dial: 'feed',
      partnerName: 'dial.wildberries',
      title: 'dial.wildberries.feed',
      values: FEED_MODES,
      about: (value) => `mode.${value as FeedDial['mode']}`,
      current: () => {
        const { mode, remaining } = wildberries.dial;
        return remaining === 0 ? { value: 'ok', remaining: null } : { value: mode, remaining };
      },
      turn: (value, remaining) => {
        const mode = value as FeedDial['mode'];
        wildberries.dial = { mode, remaining, retrySeconds: RETRY_SECONDS };
      },
    },
    {
      partner: 'sms',
      dial: 'send',
      partnerName: 'dial.sms',
      title: 'dial.sms.send',
      values: SMS_MODES,
      about: (value) => `mode.${value as SmsMode}`,
      current: () => ({ value: sms.dial.mode, remaining: sms.dial.remaining }),
      turn: (value, remaining) => {
        sms.dial = { mode: value as SmsMode, remaining, ms: SLOW_MS };
      },
    },
    {
      partner: 'mail',
      dial: 'send',
      partnerName: 'dial.mail',
      title: 'dial.mail.send',
      values: MAIL_MODES,
      about: (value) => `mode.${value as MailMode}`,
      current: () => ({ value: mail.dial.mode, remaining: mail.dial.remaining }),
      turn: (value, remaining) => {
        mail.dial = { mode: value as MailMode, remaining };
      },
    },
  ];
}

/** A dial of `GET /control/dials`. */
export function dialState(dial: SandboxDial): Record<string, unknown> {
  return {
    partner: dial.partner,
    partner_name: textIn(dial.partnerName),
    dial: dial.dial,
    title: textIn(dial.title),
    ...dial.current(),
    allowed: dial.values.map((value) => ({ value, description: textIn(dial.about(value)) })),
  };
}

/** `{value, count?}`: `count` calls are treated so, all without it. */
export function turnDial(dial: SandboxDial, body: unknown): void {
  const fields = fieldsOf(body);
  const value = oneOf(fields, 'value', dial.values);
  const count = wholeOf(fields, 'count') ?? null;
  if (count === 0) throw new BadRequest('count must be at least 1');
  dial.turn(value, value === 'ok' ? null : count);
}
