import { asksAboutRaise } from '../../domain/conversions/standing';
import { orderId } from '../../domain/intake/orderId';
import { formatTenge, tengeOrNull } from '../../domain/money';
import {
  listOpsConversions as readConversions,
  type ConversionKey,
  type OpsConversionRow,
} from '../../store/postgres/opsConversions';
import { conversionWorkflowId } from '../../workflows/contract';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { pageOf } from '../page';
import type { ConversionAction } from '../../services/actOnOrder';
import { conversionWhy, named } from './shapes';
import { workflowUrl, type OpsSide } from './side';
import { readTimePage } from './timePage';

/** What the reader may do with it now; the operation checks the same again, and that the factor is fresh. */
function allowed(row: OpsConversionRow, { role, actorId, via }: Viewer): ConversionAction[] {
  const acts = via.kind === 'session' && (role === 'ops_maker' || role === 'ops_checker');
  if (!acts || row.cancelled) return [];
  // A raise after the release, beyond a ceiling or confirmed by nobody: the one thing left to decide.
  if (asksAboutRaise(row.reason_code) && (row.state === 'PAYABLE' || row.state === 'PAID'))
    return [...(role === 'ops_checker' ? ['release' as const] : []), 'cancel'];
  if (row.state === 'HELD') return [row.paused ? 'resume' : 'hold', 'review'];
  if (row.state !== 'REVIEW') return [];
  const mayRelease = role === 'ops_checker' && row.reviewed_by !== actorId;
  return [
    ...(row.paused ? ['resume' as const] : []),
    ...(mayRelease ? ['release' as const] : []),
    'cancel',
  ];
}

export function opsConversionShape(row: OpsConversionRow, viewer: Viewer, ops: OpsSide): unknown {
  const workflowId = row.driver ?? conversionWorkflowId(row.id);
  return {
    id: row.id,
    brand: named(row.brand_id, row.brand_name),
    programme: named(row.programme_id, row.programme_name),
    influencer: named(row.influencer_id, row.influencer_name),
    transaction_id: row.transaction_id,
    event: row.event,
    state: row.state,
    reason: conversionWhy(row.reason_code),
    order_status: row.order_status,
    sale: formatTenge(row.sale_tiyn),
    payable: tengeOrNull(row.payable_tiyn),
    click_id: row.click_id,
    held_until: row.held_until,
    ordered_at: row.ordered_at,
    received_at: row.received_at,
    updated_at: row.updated_at,
    paused: row.paused,
    allowed: allowed(row, viewer),
    workflow_id: workflowId,
    // No workflow is started for an order without a click.
    workflow_url: row.state === 'UNMATCHED' ? null : workflowUrl(ops, workflowId),
    adjustments: row.adjustments.map((id) => ({
      workflow_id: id,
      workflow_url: workflowUrl(ops, id),
    })),
  };
}

const BY_PREFIX: readonly (readonly [RegExp, Exclude<ConversionKey['by'], 'text'>])[] = [
  [/^cnv_[0-9a-z]{4,40}$/, 'id'],
  [/^inf_[0-9a-z]{4,40}$/, 'influencer'],
  [/^prg_[0-9a-z]{4,40}$/, 'programme'],
  [/^pay_[0-9a-z]{4,40}$/, 'payout'],
  [/^rcp_[0-9a-z]{4,40}$/, 'receipt'],
];

/** Our ids are told by their form; anything else is a shop's order number or a click id. */
function keyOf(text: string | undefined): ConversionKey | undefined {
  if (text === undefined) return undefined;
  const known = BY_PREFIX.find(([form]) => form.test(text));
  return known ? { by: known[1], id: text } : { by: 'text', text: orderId(text) };
}

/** The document has checked the form; a leap second is the one form that names no instant. */
function timeOf(text: string | undefined): Date | 'invalid' | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? 'invalid' : time;
}

export const listOpsConversions: Handler = async ({ pool, ops }, { query }, viewer) => {
  const page = readTimePage(query);
  if (!page.ok) return page.error;
  const [from, to] = [timeOf(query.get('from')), timeOf(query.get('to'))];
  if (from === 'invalid' || to === 'invalid') return { problem: 'parameter_invalid' };
  const rows = await readConversions(pool, {
    key: keyOf(query.get('query')),
    state: query.get('state'),
    from,
    to,
    ...page.value,
  });
  return jsonAnswer(
    200,
    pageOf(
      rows,
      page.value,
      (row) => [row.received_key, row.id],
      (row) => opsConversionShape(row, viewer, ops),
    ),
  );
};
