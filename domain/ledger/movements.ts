import type { Text } from '../conversions/reasons';
import type { Tiyn } from '../money';

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/** What a ledger transaction did to one person's money, in words; codes are stable. */
export const MOVEMENTS = {
  order_held: text(
    'Заказ: деньги придержаны до конца срока возврата',
    'Тапсырыс: ақша қайтару мерзімінің соңына дейін ұсталды',
    'Order: money held until the return period ends',
  ),
  hold_cancelled: text(
    'Заказ отменён или изменён: придержанное снято',
    'Тапсырыс жойылды немесе өзгерді: ұсталған ақша алынды',
    'Order cancelled or changed: the held money is taken back',
  ),
  order_released: text(
    'Заказ подтверждён: деньги можно вывести',
    'Тапсырыс расталды: ақшаны шығаруға болады',
    'Order confirmed: the money can be paid out',
  ),
  payout_reserved: text(
    'Выплата запрошена: сумма отложена',
    'Төлем сұралды: сома бөлек қойылды',
    'Payout asked for: the amount is set aside',
  ),
  payout_paid: text(
    'Выплата: деньги отправлены, налоги удержаны',
    'Төлем: ақша жіберілді, салық ұсталды',
    'Payout: money sent, taxes withheld',
  ),
  payout_returned: text(
    'Выплата не состоялась: сумма вернулась',
    'Төлем болмады: сома қайтарылды',
    'Payout did not happen: the amount is back',
  ),
  order_corrected: text(
    'Заказ вернулся или подешевел: вознаграждение списано',
    'Тапсырыс қайтарылды немесе арзандады: сыйақы алынды',
    'Order came back or was lowered: the commission is taken back',
  ),
  debt_netted: text(
    'Долг за возвращённые заказы покрыт новыми',
    'Қайтарылған тапсырыстардың қарызы жаңаларымен жабылды',
    'Debt for orders that came back, covered by new ones',
  ),
  correction: text('Исправление', 'Түзету', 'Correction'),
} as const satisfies Readonly<Record<string, Text>>;
export type MovementKind = keyof typeof MOVEMENTS;

/** What is held, free and set aside on a payee account; free = posted − set aside. Tiyn. */
export type PayeeMoney = { readonly held: Tiyn; readonly available: Tiyn; readonly reserved: Tiyn };

/** A transaction's entries on the account: sums of each layer, by the sign that says which promise they touch. */
export type Layers = {
  readonly posted: Tiyn;
  /** Promises of money to come (+) made, and taken back or kept (−). */
  readonly incoming: Tiyn;
  /** Promises of money to leave (+) made, and taken back or kept (−). */
  readonly outgoing: Tiyn;
};

const KIND_OF_REASON: Readonly<Record<string, MovementKind>> = {
  'conversion.accrue': 'order_held',
  'conversion.void': 'hold_cancelled',
  'conversion.release': 'order_released',
  'conversion.correct': 'order_corrected',
  'debt.net': 'debt_netted',
  'payout.reserve': 'payout_reserved',
  'payout.post': 'payout_paid',
  'payout.void': 'payout_returned',
};

export const movementKind = (reason: string): MovementKind =>
  KIND_OF_REASON[reason] ?? 'correction';

export const changeOf = ({ posted, incoming, outgoing }: Layers): PayeeMoney => ({
  held: incoming,
  available: posted - outgoing,
  reserved: outgoing,
});

/** The figure a person looks for: what came to, or left, the money the movement is about. */
export function headline(kind: MovementKind, change: PayeeMoney): Tiyn {
  if (kind === 'order_held' || kind === 'hold_cancelled') return change.held;
  // Of a payout that arrived in part the rest is available again: what left is both together.
  return kind === 'payout_paid' ? change.reserved + change.available : change.available;
}

/** Balances before a change, from those after it: lists are read newest first. */
export const before = (after: PayeeMoney, change: PayeeMoney): PayeeMoney => ({
  held: after.held - change.held,
  available: after.available - change.available,
  reserved: after.reserved - change.reserved,
});
