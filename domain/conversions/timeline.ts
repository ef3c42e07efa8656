import { movementOf, textIn, type Movement } from './movement';
import { reason, type Reason, type Text } from './reasons';
import { asksAboutRaise } from './standing';
import type { ConversionState } from './state';

/** An order as the influencer follows it: what happened, why, and what comes next. */
export const ORDER_STEPS = [
  'clicked',
  'ordered',
  'held',
  'changed',
  'waiting',
  'confirmed',
  'released',
  'paid',
  'returned',
  'cancelled',
  'refused',
  'review',
] as const;
export type OrderStep = (typeof ORDER_STEPS)[number];

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/** Words of steps that have no reason of their own. */
const STEP_TEXTS = {
  clicked: text(
    'Переход по вашей ссылке.',
    'Сіздің сілтемеңіз арқылы өту.',
    'A click on your link.',
  ),
  ordered: text(
    'Магазин сообщил о заказе.',
    'Дүкен тапсырыс туралы хабарлады.',
    'The shop told us about the order.',
  ),
  order_pricing: text(
    'Считаем вознаграждение.',
    'Сыйақыны есептеп жатырмыз.',
    'The commission is being computed.',
  ),
  confirmed_by_shop: text(
    'Магазин подтвердил заказ.',
    'Дүкен тапсырысты растады.',
    'The shop confirmed the order.',
  ),
  confirmed_by_silence: text(
    'Срок возврата прошёл, заказ засчитан.',
    'Қайтару мерзімі өтті, тапсырыс есептелді.',
    'The return period is over, the order counts.',
  ),
  confirmed_by_person: text(
    'Заказ засчитал сотрудник после проверки.',
    'Тапсырысты қызметкер тексеруден кейін есептеді.',
    'A person counted the order after a check.',
  ),
  released: text('Деньги можно вывести.', 'Ақшаны шығаруға болады.', 'The money can be paid out.'),
  paid: text('Выплачено.', 'Төленді.', 'Paid.'),
  netted: text(
    'Покрыло долг за возвращённые заказы.',
    'Қайтарылған тапсырыстардың қарызын жапты.',
    'Covered the debt for orders that came back.',
  ),
  delivery_next: text(
    'Ждём доставки: срок возврата начнётся после неё.',
    'Жеткізуді күтеміз: қайтару мерзімі содан кейін басталады.',
    'Waiting for delivery: the return period begins after it.',
  ),
  payout_returned: text(
    'Перевод вернулся, деньги снова на балансе.',
    'Аударым қайтып келді, ақша қайтадан балансыңызда.',
    'The transfer came back; the money is on your balance again.',
  ),
  ask_for_payout: text(
    'Запросите выплату, когда удобно.',
    'Ыңғайлы кезде төлем сұраңыз.',
    'Ask for a payout whenever you like.',
  ),
  payout_under_way: text('Выплата уже в пути.', 'Төлем жолда.', 'A payout is under way.'),
  shop_confirmation_next: text(
    'Ждём конца срока возврата и подтверждения магазина.',
    'Қайтару мерзімінің аяқталуын және дүкеннің растауын күтеміз.',
    'Waiting for the end of the return period and the shop’s confirmation.',
  ),
} as const satisfies Readonly<Record<string, Text>>;
type StepText = keyof typeof STEP_TEXTS;

const words = (code: StepText): Reason => ({ code, ...STEP_TEXTS[code] });

export type HistoryRow = {
  readonly from: string | null;
  readonly to: string;
  readonly reasonCode: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: Date;
};

export type OrderFacts = {
  readonly state: ConversionState;
  readonly reasonCode: string | null;
  readonly clickedAt: Date | null;
  readonly orderedAt: Date;
  readonly heldUntil: Date | null;
  /** A payout not settled yet holds money of this order. */
  readonly payoutUnderWay: boolean;
  /** Some of what was released was taken by nobody yet. */
  readonly canBeAskedFor: boolean;
  /** Until when what was promised beyond the release is held; null when nothing is. */
  readonly raiseHeldUntil: Date | null;
  /** Oldest first. */
  readonly history: readonly HistoryRow[];
};

export type TimelineStep = {
  readonly step: OrderStep;
  readonly at: Date;
  readonly text: Reason;
  /** Decimal tenge, where the step set the influencer's part. */
  readonly payable: string | null;
  readonly payoutId: string | null;
  /** What a change after the release did to their money. */
  readonly movement: Movement | null;
};

export type NextStep = {
  readonly step: OrderStep;
  readonly text: Reason;
  readonly at: Date | null;
};

/** What happened, oldest first. */
export function timeline(order: OrderFacts): TimelineStep[] {
  const none = { payable: null, payoutId: null, movement: null };
  const steps: TimelineStep[] = [];
  if (order.clickedAt)
    steps.push({ step: 'clicked', at: order.clickedAt, text: words('clicked'), ...none });
  steps.push({ step: 'ordered', at: order.orderedAt, text: words('ordered'), ...none });
  for (const row of order.history) steps.push(...stepsOf(row));
  return steps;
}

const CONFIRMED: Readonly<Record<string, StepText>> = {
  person: 'confirmed_by_person',
  auto: 'confirmed_by_silence',
};

function stepsOf(row: HistoryRow): TimelineStep[] {
  const why = row.reasonCode === null ? undefined : reason(row.reasonCode);
  const movement = movementOf(row.reasonCode, row.detail);
  const step = (name: OrderStep, said: Reason): TimelineStep => ({
    step: name,
    at: row.at,
    text: said,
    // Of a raise the history has the difference, which is not the part after it.
    payable: movement === null ? textIn(row.detail, 'payable') : null,
    payoutId: textIn(row.detail, 'payoutId'),
    movement,
  });
  // A raise whose return period is over joins what was released, whatever state the order was in.
  if (movement?.kind === 'released') return [step('released', reason('raise_released'))];
  // An event that came too late moved nothing: it is shown, and a person decides.
  if (row.from === row.to && row.to !== 'HELD') return why ? [step('changed', why)] : [];
  switch (row.to as ConversionState) {
    case 'RECEIVED':
    case 'UNMATCHED':
      return [];
    case 'HELD':
      // A person's word stands in for the shop's: the hold goes on as it was.
      if (textIn(row.detail, 'confirmedBy') === 'person')
        return [step('confirmed', words('confirmed_by_person'))];
      return [step(row.from === 'HELD' ? 'changed' : 'held', why ?? reason('hold_running'))];
    case 'PAYABLE': {
      if (row.from === 'PAID') return [step('returned', words('payout_returned'))];
      const by = textIn(row.detail, 'confirmedBy') ?? '';
      return [
        step('confirmed', words(CONFIRMED[by] ?? 'confirmed_by_shop')),
        step('released', words('released')),
      ];
    }
    case 'PAID':
      // All of it went to cover what the person owed for orders that came back.
      return [step('paid', words(textIn(row.detail, 'nettingId') ? 'netted' : 'paid'))];
    case 'CANCELLED':
      return [step('cancelled', why ?? reason('order_rejected'))];
    case 'REFUSED':
      return [step('refused', why ?? reason('no_terms'))];
    case 'REVIEW':
      return [step('review', why ?? reason('held_by_ops'))];
    default:
      return [];
  }
}

/** What comes next and when, as far as that is known; null when nothing will. */
export function nextStep(order: OrderFacts, now: Date): NextStep | null {
  switch (order.state) {
    case 'RECEIVED':
    case 'UNMATCHED':
      return { step: 'held', text: words('order_pricing'), at: null };
    case 'HELD': {
      if (order.heldUntil === null) return { step: 'held', text: words('delivery_next'), at: null };
      if (order.heldUntil && now < order.heldUntil)
        return { step: 'confirmed', text: words('shop_confirmation_next'), at: order.heldUntil };
      const waitsForShop = order.reasonCode === 'waiting_for_shop' || order.reasonCode === null;
      return {
        step: waitsForShop ? 'confirmed' : 'released',
        text: reason(order.reasonCode ?? 'waiting_for_shop'),
        at: null,
      };
    }
    case 'PAYABLE':
      if (order.payoutUnderWay) return { step: 'paid', text: words('payout_under_way'), at: null };
      if (order.canBeAskedFor) return { step: 'paid', text: words('ask_for_payout'), at: null };
      return nextOfRaise(order, now);
    case 'REVIEW':
      return { step: 'review', text: reason(order.reasonCode ?? 'held_by_ops'), at: null };
    case 'PAID':
      return nextOfRaise(order, now);
    case 'CANCELLED':
    case 'REFUSED':
      return null;
  }
}

/** What was released is with the payee; an amount that rose since goes its own way. */
function nextOfRaise({ reasonCode, raiseHeldUntil }: OrderFacts, now: Date): NextStep | null {
  if (reasonCode !== null && asksAboutRaise(reasonCode))
    return { step: 'review', text: reason(reasonCode), at: null };
  if (raiseHeldUntil === null) return null;
  const at = now < raiseHeldUntil ? raiseHeldUntil : null;
  return { step: 'confirmed', text: words('shop_confirmation_next'), at };
}
