import { join } from 'node:path';
import { SandboxClock } from './clock';
import type { SandboxConfig } from './config';
import { MailBook } from './mail/book';
import { MAIL_OK, type MailFake } from './mail/routes';
import { SmsBook } from './sms/book';
import { SMS_OK } from './sms/dial';
import type { SmsFake } from './sms/routes';
import { OrderBook } from './wildberries/orders';
import { FEED_OK, type WildberriesFake } from './wildberries/routes';
import { PayoutBook } from './wooppay/book';
import { CardBook } from './wooppay/cards';
import { DialBoard } from './wooppay/dials';
import type { WooppayFake } from './wooppay/routes';

export type Fakes = {
  readonly wooppay: WooppayFake;
  readonly wildberries: WildberriesFake;
  readonly sms: SmsFake;
  readonly mail: MailFake;
  readonly clock: SandboxClock;
};

export function createFakes(config: SandboxConfig): Fakes {
  const { directory } = config;
  const path = (name: string) => (directory === null ? null : join(directory, name));
  const clock = new SandboxClock(path('clock.jsonl'));
  const { now } = clock;
  return {
    wooppay: {
      ...config.wooppay,
      book: new PayoutBook(path('wooppay.jsonl'), now),
      dials: new DialBoard(),
      cards: new CardBook(path('wooppay-cards.jsonl'), now),
      now,
      callbacks: { url: null },
      sessions: new Map(),
    },
    wildberries: {
      ...config.wildberries,
      orders: new OrderBook(path('wildberries.jsonl')),
      now,
      dial: FEED_OK,
      requests: 0,
      nextAllowedAt: 0,
    },
    sms: { ...config.sms, book: new SmsBook(path('sms.jsonl'), now), now, dial: SMS_OK },
    mail: { ...config.mail, book: new MailBook(path('mail.jsonl'), now), dial: MAIL_OK },
    clock,
  };
}

export function closeBooks(fakes: Fakes): void {
  fakes.wooppay.book.close();
  fakes.wooppay.cards.close();
  fakes.wildberries.orders.close();
  fakes.sms.book.close();
  fakes.mail.book.close();
  fakes.clock.close();
}

export function resetFakes(fakes: Fakes): void {
  fakes.wooppay.book.clear();
  fakes.wooppay.cards.clear();
  fakes.wooppay.dials.clear();
  fakes.wooppay.callbacks.url = null;
  fakes.wildberries.orders.clear();
  fakes.wildberries.dial = FEED_OK;
  fakes.wildberries.requests = 0;
  fakes.wildberries.nextAllowedAt = 0;
  fakes.sms.book.clear();
  fakes.sms.dial = SMS_OK;
  fakes.mail.book.clear();
  fakes.mail.dial = MAIL_OK;
  fakes.clock.clear();
}
