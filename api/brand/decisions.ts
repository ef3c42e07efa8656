import { hash, randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { insertAudit } from '../../store/postgres/audit';
import { listBrandOrders } from '../../store/postgres/brandOrders';
import { storeIntakeBatch, type IntakeRow } from '../../store/postgres/intake';
import {
  insertOrderDecision,
  lockOrders,
  noteDecision,
  type OpenOrder,
} from '../../store/postgres/orderDecisions';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { jsonAnswer, type TextAnswer } from '../answer';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Reply } from '../reply';
import { receiptId } from '../intake/ids';
import {
  decisionRefusal,
  readFilter,
  saysAlready,
  type Decision,
  type DecisionRefusal,
  type FilterFields,
} from './orders';
import { brandOf } from './scope';

const MAX_ORDERS = 500;
/** No shop can send a webhook id with a space in it (openapi.yaml): migration 0008 knows decisions by this. */
const WEBHOOK_PREFIX = 'dashboard ';

type Input = {
  readonly decision: Decision;
  readonly reason?: { readonly code: string; readonly text?: string };
  readonly ids?: readonly string[];
  readonly filter?: FilterFields;
};

const isSound = ({ decision, reason, ids, filter }: Input): boolean => {
  if ((ids === undefined) === (filter === undefined)) return false;
  if (decision === 'approve') return reason === undefined;
  return reason !== undefined && (reason.code !== 'other' || (reason.text ?? '').trim() !== '');
};

type Item = {
  readonly id: string;
  readonly result: 'applied' | 'unchanged' | 'refused';
  readonly code: DecisionRefusal | 'order_not_found' | null;
  readonly receipt_id: string | null;
  readonly order_status: string | null;
};

const refused = (id: string, code: Item['code'], status: string | null = null): Item => ({
  id,
  result: 'refused',
  code,
  receipt_id: null,
  order_status: status,
});

/** The decision as an event of the order, placed after everything known about it: the fold does the rest. */
function eventOf(
  order: OpenOrder,
  decisionId: string,
  { decision, reason }: Input,
  nowMs: number,
  requestId: string,
): IntakeRow {
  const webhookId = `${WEBHOOK_PREFIX}${decisionId}.${order.id}`;
  const details = JSON.stringify({
    decision_id: decisionId,
    ...(reason ? { reject_reason: reason.code } : {}),
  });
  return {
    receiptId: receiptId(order.programme_id, webhookId),
    programmeId: order.programme_id,
    webhookId,
    bodyHash: hash('sha256', details, 'hex'),
    conversionId: order.id,
    transactionId: order.transaction_id,
    event: order.event,
    status: decision === 'approve' ? 'approved' : 'rejected',
    // The value stays what the shop said.
    sale: null,
    eventVersion: order.last_version,
    // A shop's clock may be ahead of ours: what a person decides now is later than all they saw.
    occurredAtMs: Math.max(nowMs, order.last_occurred_at.getTime() + 1),
    details,
    requestId,
    click:
      order.click_id !== null && order.link_number !== null && order.clicked_at !== null
        ? {
            id: order.click_id,
            linkNumber: order.link_number,
            clickedAtMs: order.clicked_at.getTime(),
          }
        : { reason: 'click_missing' },
  };
}

type Judged = { readonly items: Item[]; readonly events: IntakeRow[] };

function judge(
  ids: readonly string[],
  orders: readonly OpenOrder[],
  decisionId: string,
  input: Input,
  nowMs: number,
  requestId: string,
): Judged {
  const known = new Map(orders.map((order) => [order.id, order]));
  const events: IntakeRow[] = [];
  const items = ids.map((id): Item => {
    const order = known.get(id);
    if (!order) return refused(id, 'order_not_found');
    const code = decisionRefusal(order);
    const status = order.order_status;
    if (code) return refused(id, code, status);
    if (saysAlready(order, input.decision))
      return { id, result: 'unchanged', code: null, receipt_id: null, order_status: status };
    const event = eventOf(order, decisionId, input, nowMs, requestId);
    events.push(event);
    return {
      id,
      result: 'applied',
      code: null,
      receipt_id: event.receiptId,
      order_status: event.status,
    };
  });
  return { items, events: events.sort((a, b) => (a.conversionId < b.conversionId ? -1 : 1)) };
}

/** The oldest orders that match and can be decided, and whether there are more. */
async function idsOf(
  sql: Sql,
  viewer: Viewer,
  brandId: string,
  input: Input,
): Promise<{ ids: readonly string[]; more: boolean } | Reply> {
  if (input.ids) return { ids: input.ids, more: false };
  const filter = readFilter(input.filter ?? {});
  if (!filter.ok) return filter.error;
  const undecided =
    input.decision === 'approve'
      ? ['pending', 'rejected']
      : ['pending', 'approved', 'partially_refunded'];
  const scoped = { viewer, brandId, filter: { ...filter.value, undecided } };
  const rows = await listBrandOrders(sql, scoped, 'ordered_at', {
    limit: MAX_ORDERS,
    after: undefined,
  });
  return {
    ids: rows.slice(0, MAX_ORDERS).map((row) => row.id),
    more: rows.length > MAX_ORDERS,
  };
}

async function decide(
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  brandId: string,
  input: Input,
): Promise<Reply> {
  return inTransaction(deps.pool, async (sql) => {
    const chosen = await idsOf(sql, viewer, brandId, input);
    if (!('ids' in chosen)) return chosen;
    const decisionId = idFromBytes('decision', randomBytes(16));
    const orders = await lockOrders(sql, viewer, brandId, chosen.ids);
    const { items, events } = judge(
      chosen.ids,
      orders,
      decisionId,
      input,
      deps.now(),
      call.requestId,
    );
    if (events.length > 0) await store(sql, events, decisionId, input);
    const answer = answerOf(decisionId, input.decision, items, chosen.more);
    await insertOrderDecision(sql, {
      id: decisionId,
      brandId,
      decidedBy: viewer.actorId,
      decision: input.decision,
      reasonCode: input.reason?.code ?? null,
      reasonText: input.reason?.text?.trim() ?? null,
      applied: events.length,
    });
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: `order.${input.decision}`,
        subjectId: decisionId,
        after: {
          reason: input.reason?.code ?? null,
          applied: events.map((event) => event.conversionId),
          refused: items.filter((item) => item.result === 'refused').length,
        },
      }),
    );
    await call.claim?.store(sql, answer);
    return answer;
  });
}

async function store(
  sql: Sql,
  events: readonly IntakeRow[],
  decisionId: string,
  input: Input,
): Promise<void> {
  const outcomes = await storeIntakeBatch(sql, events);
  const odd = outcomes.find((outcome) => outcome.verdict !== 'updated');
  // The orders are locked and were read under the lock, so nothing can have come between.
  if (odd) throw new Error(`a decision about ${odd.conversionId} was taken as ${odd.verdict}`);
  await noteDecision(
    sql,
    { id: decisionId, decision: input.decision, reasonCode: input.reason?.code ?? null },
    events.map((event) => ({ id: event.conversionId, receiptId: event.receiptId })),
  );
}

function answerOf(
  decisionId: string,
  decision: Decision,
  items: readonly Item[],
  more: boolean,
): TextAnswer {
  const count = (result: Item['result']): number =>
    items.filter((item) => item.result === result).length;
  return jsonAnswer(200, {
    decision_id: decisionId,
    decision,
    applied: count('applied'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    more,
    items,
  });
}

/** All orders of one call change together; the workflow of each hears of it through the outbox, like of a postback. */
export const decideBrandOrders: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const input = call.body as Input;
  if (!isSound(input)) return { problem: 'decision_invalid' };
  return decide(deps, call, viewer, brand.value, input);
};
