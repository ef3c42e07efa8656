import { next, type ConversionEvent } from '../domain/conversions/next';
import { asksAboutRaise } from '../domain/conversions/standing';
import type { ConversionState } from '../domain/conversions/state';
import { err, ok, unreachable, type Result } from '../domain/result';
import { insertAction, wordAbout, type OrderForWord } from '../store/postgres/conversionActions';
import { moveConversion } from '../store/postgres/conversionMoney';
import { insertOutbox } from '../store/postgres/outbox';
import type { Sql } from '../store/postgres/pool';

export const CONVERSION_ACTIONS = ['hold', 'resume', 'review', 'release', 'cancel'] as const;
export type ConversionAction = (typeof CONVERSION_ACTIONS)[number];

const EVENT_OF: Readonly<Record<ConversionAction, ConversionEvent>> = {
  hold: 'held_back',
  resume: 'resumed',
  review: 'review_asked',
  release: 'release_decided',
  cancel: 'cancel_decided',
};

export type ActionInput = {
  readonly conversionId: string;
  readonly action: ConversionAction;
  readonly reason: string;
  /** Who acts; who may is the caller's to check. */
  readonly by: string;
  /** One intended action is one row, however often it is sent. */
  readonly updateId: string;
  readonly requestId: string;
};

export type ActionRefusal = 'conversion_not_started' | 'conversion_settled' | 'conversion_state';

/** The order after the word. */
export type Acted = {
  readonly state: ConversionState;
  readonly paused: boolean;
  readonly heldUntil: Date | null;
  readonly workflowId: string;
};

/**
 * A person's word about an order, in the caller's transaction: the row with who said it is what every later step
 * believes, and what lists show at once. Temporal is only told that there is something to read, so the word stands
 * while Temporal is away and is heard in every stage. The table says where which word means something.
 */
export async function actOnOrder(
  sql: Sql,
  input: ActionInput,
): Promise<Result<Acted, ActionRefusal>> {
  const order = await wordAbout(sql, input.conversionId);
  if (!order) return err('conversion_not_started');
  const refusal = refusalOf(order, input.action);
  if (refusal) return err(refusal);
  const actionId = await insertAction(sql, {
    conversionId: input.conversionId,
    action: input.action,
    reason: input.reason,
    actedBy: input.by,
    updateId: input.updateId,
  });
  const state = await apply(sql, order, input, actionId);
  await insertOutbox(sql, {
    topic: 'conversion.acted',
    subjectId: input.conversionId,
    payload: { requestId: input.requestId },
  });
  return ok({ ...actedOf(order), state, paused: pausedAfter(order, input.action) });
}

export const actedOf = (order: OrderForWord): Acted => ({
  state: order.state,
  paused: order.paused,
  heldUntil: order.heldUntil,
  workflowId: order.driver ?? `conv/${order.id}`,
});

const pausedAfter = (order: OrderForWord, action: ConversionAction): boolean =>
  action === 'hold' || (order.paused && action !== 'resume');

function refusalOf(order: OrderForWord, action: ConversionAction): ActionRefusal | undefined {
  const { state } = order;
  if (state === 'UNMATCHED' || state === 'RECEIVED') return 'conversion_not_started';
  const isSettled = state === 'CANCELLED' || state === 'REFUSED' || state === 'PAID';
  const closed = isSettled ? 'conversion_settled' : 'conversion_state';
  if (next(state, EVENT_OF[action]) === null) return closed;
  // After the release a person only decides about a raise: beyond a ceiling, or confirmed by nobody.
  if (state === 'PAYABLE' || state === 'PAID')
    return asksAboutRaise(order.reasonCode) ? undefined : closed;
  // Of two who decide at once the second finds the first one's word.
  return order.cancelledByAction === null ? undefined : 'conversion_state';
}

async function apply(
  sql: Sql,
  order: OrderForWord,
  { action, conversionId }: ActionInput,
  actionId: bigint,
): Promise<ConversionState> {
  const isReleased = order.state === 'PAYABLE' || order.state === 'PAID';
  switch (action) {
    case 'hold':
    case 'resume':
      return order.state;
    case 'review':
      await moveConversion(sql, {
        conversionId,
        from: [order.state],
        to: 'REVIEW',
        reason: 'held_by_ops',
        expect: {},
        set: { forgetPeople: true },
        detail: { actionId: actionId.toString() },
      });
      return 'REVIEW';
    case 'release': {
      // Without a promise the order is priced anew, and the ceilings do not ask again.
      const to = isReleased ? order.state : order.accruedAt === null ? 'RECEIVED' : 'HELD';
      await moveConversion(sql, {
        conversionId,
        from: [order.state],
        to,
        reason: to === 'HELD' ? 'hold_running' : null,
        expect: {},
        set: { releasedBy: { action: actionId, sale: order.sale } },
        detail: { confirmedBy: 'person', actionId: actionId.toString() },
      });
      return to;
    }
    case 'cancel':
      await moveConversion(sql, {
        conversionId,
        from: [order.state],
        to: order.state,
        reason: isReleased ? 'raise_dismissed' : order.reasonCode,
        expect: {},
        // A no to a raise holds until the shop says something else of the order.
        set: isReleased
          ? { cancelledAs: { status: order.orderStatus, sale: order.sale } }
          : { cancelledBy: actionId },
        detail: { actionId: actionId.toString() },
      });
      return order.state;
    default:
      return unreachable(action);
  }
}
