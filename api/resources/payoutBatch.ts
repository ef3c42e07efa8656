import { formatTenge, tengeOrNull } from '../../domain/money';
import { hasRunEnded, isUnapproved } from '../../domain/payouts/runMoves';
import {
  findRun,
  listRunItems,
  listRuns,
  type RunItemView,
  type RunView,
} from '../../store/postgres/payoutRuns';
import { batchWorkflowId, payoutWorkflowId } from '../../workflows/contract';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { workflowUrl, type OpsSide } from '../ops/side';
import { actor, payoutWhy } from '../ops/shapes';
import { readTimePage } from '../ops/timePage';
import { pageOf, readPage } from '../page';

/** What the reader may do with the run now; the operations check the same again. */
function allowed(run: RunView, viewer: Viewer): string[] {
  if (viewer.role !== 'ops_maker' && viewer.role !== 'ops_checker') return [];
  const isMaker = viewer.role === 'ops_maker';
  const isOpen = isUnapproved(run.state) && run.item_count > 0;
  const isOther =
    run.prepared_by !== null && run.prepared_by !== viewer.actorId && !run.asked_by_reader;
  const can: readonly (readonly [string, boolean])[] = [
    ['prepare', isOpen && isMaker && run.prepared_by === null],
    ['exclude', isOpen && isMaker],
    ['approve', isOpen && !isMaker && run.state === 'frozen' && isOther],
    ['restart', run.done_at === null],
    ['reopen', isMaker && run.state === 'frozen'],
    ['close', !hasRunEnded(run.state)],
  ];
  return can.flatMap(([what, may]) => (may ? [what] : []));
}

const fundsShape = (run: RunView): unknown =>
  run.waits_for_funds_since === null || run.funds_missing_tiyn === null
    ? null
    : {
        since: run.waits_for_funds_since,
        missing: formatTenge(run.funds_missing_tiyn),
        reason: payoutWhy('provider_funds_short'),
      };

function runShape(run: RunView, viewer: Viewer, ops: OpsSide): unknown {
  const workflowId = batchWorkflowId(run.period, run.currency);
  return {
    id: run.id,
    period: run.period,
    state: run.state,
    currency: run.currency,
    item_count: run.item_count,
    total: formatTenge(run.total_tiyn),
    amounts: {
      reserved: formatTenge(run.reserved_tiyn),
      tax: tengeOrNull(run.tax_tiyn),
      net: tengeOrNull(run.net_tiyn),
    },
    counts: run.counts,
    frozen_at: run.frozen_at,
    prepared_by: run.prepared_by,
    prepared_by_name: run.prepared_by_name,
    prepared_at: run.prepared_at,
    note: run.note,
    approved_by: run.approved_by,
    approved_by_name: run.approved_by_name,
    approved_at: run.approved_at,
    done_at: run.done_at,
    created_at: run.created_at,
    waits_for_funds: fundsShape(run),
    closed_by: run.closed_by,
    close_reason: run.close_reason,
    allowed: allowed(run, viewer),
    workflow_id: workflowId,
    workflow_url: workflowUrl(ops, workflowId),
  };
}

export const getPayoutBatch: Handler = async ({ pool, ops }, { params }, viewer) => {
  const run = await findRun(pool, viewer.actorId, params['batchId'] ?? '');
  return run ? jsonAnswer(200, runShape(run, viewer, ops)) : { problem: 'batch_not_found' };
};

export const listPayoutBatches: Handler = async ({ pool, ops }, { query }, viewer) => {
  const page = readTimePage(query);
  if (!page.ok) return page.error;
  const runs = await listRuns(pool, viewer.actorId, { state: query.get('state'), ...page.value });
  return jsonAnswer(
    200,
    pageOf(
      runs,
      page.value,
      (run) => [run.created_key, run.id],
      (run) => runShape(run, viewer, ops),
    ),
  );
};

function itemShape(item: RunItemView, ops: OpsSide): unknown {
  const workflowId = payoutWorkflowId(item.id);
  return {
    payout_id: item.id,
    influencer: { id: item.influencer_id, name: item.display_name },
    state: item.state,
    reason: payoutWhy(item.reason_code),
    currency: 'KZT',
    amounts: {
      gross: formatTenge(item.gross_tiyn),
      fee: formatTenge(item.fee_tiyn),
      amount: formatTenge(item.amount_tiyn),
      tax: tengeOrNull(item.tax_tiyn),
      net: tengeOrNull(item.net_tiyn),
    },
    withholdings: item.withholdings.map(({ component, base, amount }) => ({
      component,
      base: formatTenge(BigInt(base)),
      amount: formatTenge(BigInt(amount)),
    })),
    regime: item.regime,
    instrument_last4: item.instrument_last4,
    instrument_stopped: item.instrument_stopped,
    flags: item.flags,
    requested_by: actor(item.requested_by, item.requested_by_name),
    reference: item.reference,
    provider:
      item.provider === null
        ? null
        : {
            name: item.provider,
            reference: item.provider_reference,
            amount: tengeOrNull(item.provider_tiyn),
          },
    workflow_id: workflowId,
    workflow_url: item.has_workflow ? workflowUrl(ops, workflowId) : null,
    created_at: item.created_at,
    submitted_at: item.submitted_at,
    settled_at: item.settled_at,
  };
}

export const listPayoutBatchItems: Handler = async ({ pool, ops }, { params, query }, viewer) => {
  const page = readPage(query, 1);
  if (!page.ok) return page.error;
  const run = await findRun(pool, viewer.actorId, params['batchId'] ?? '');
  if (!run) return { problem: 'batch_not_found' };
  const items = await listRunItems(pool, run.id, { state: query.get('state'), ...page.value });
  return jsonAnswer(
    200,
    pageOf(
      items,
      page.value,
      (item) => [item.id],
      (item) => itemShape(item, ops),
    ),
  );
};
