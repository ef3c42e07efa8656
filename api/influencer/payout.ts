import { formatTenge } from '../../domain/money';
import { COMPONENT_NAMES } from '../../domain/tax/names';
import type { TaxTrace } from '../../domain/tax/withhold';
import { findOwnPayout, type OwnPayoutDetail } from '../../store/postgres/influencerPayouts';
import { loadWithholdings, type WithholdingRow } from '../../store/postgres/payouts';
import type { ProfileRow } from '../../store/postgres/profile';
import { jsonAnswer } from '../answer';
import type { ApiDeps } from '../handler';
import { payoutRow } from './payouts';
import { seen } from './wall';

/** What was withheld, with the exact rate of each line, which only the trace keeps. */
function lineOf(row: WithholdingRow, trace: TaxTrace): unknown {
  const name = COMPONENT_NAMES[row.component as keyof typeof COMPONENT_NAMES];
  const traced = trace.lines.find((line) => line.component === row.component);
  return {
    component: row.component,
    name,
    rate: traced?.rate ?? '',
    base: formatTenge(row.base),
    amount: formatTenge(row.amount),
  };
}

/** Where it goes was fixed when it was asked for; older requests go to what the person has now. Cancelled, it went nowhere. */
function instrumentOf(payout: OwnPayoutDetail, profile: ProfileRow): unknown {
  if (payout.state === 'cancelled') return null;
  if (payout.instrument_kind !== null)
    return { kind: payout.instrument_kind, last4: payout.instrument_last4 ?? '' };
  const waits = payout.state === 'requested' || payout.state === 'reserved';
  return waits && profile.has_instrument
    ? { kind: profile.instrument_kind, last4: profile.instrument_last4 ?? '' }
    : null;
}

/** While people of ours have it: from the end of the gathering to the last day of the approval. */
function arrivalOf(payout: OwnPayoutDetail, { now, influencers }: ApiDeps): unknown {
  const { payoutCollectMs: collectMs, payoutApproveMs: approveMs } = influencers;
  if (payout.state !== 'requested' && payout.state !== 'reserved') return null;
  const frozenMs =
    payout.run_frozen_at?.getTime() ?? Math.max(payout.run_created_at.getTime() + collectMs, now());
  const fromMs = Math.max(frozenMs, now());
  return { from: new Date(fromMs), to: new Date(Math.max(frozenMs + approveMs, fromMs)) };
}

export const getInfluencerPayout = seen(async (deps, { params }, viewer, found) => {
  const { influencerId, profile } = found;
  const id = params['payoutId'] ?? '';
  const payout = await findOwnPayout(deps.pool, viewer, influencerId, id);
  if (!payout) return { problem: 'payout_not_found' };
  const withheld = payout.tax_trace === null ? [] : await loadWithholdings(deps.pool, id);
  return jsonAnswer(200, {
    payout: payoutRow(payout),
    gross: formatTenge(payout.gross_tiyn),
    fee: formatTenge(payout.fee_tiyn),
    lines: withheld.map((row) => lineOf(row, payout.tax_trace as TaxTrace)),
    regime: payout.regime,
    instrument: instrumentOf(payout, profile),
    arrives: arrivalOf(payout, deps),
    reference: payout.reference,
    provider_reference: payout.provider_reference,
  });
});
