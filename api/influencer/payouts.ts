import { formatTenge, tengeOrNull, type Tiyn } from '../../domain/money';
import { PAYOUT_STATES } from '../../domain/payouts/reasons';
import {
  collectingSince,
  listOwnPayouts,
  type OwnPayout,
} from '../../store/postgres/influencerPayouts';
import type { ProfileRow } from '../../store/postgres/profile';
import { jsonAnswer } from '../answer';
import type { ApiDeps } from '../handler';
import { pageOf } from '../page';
import { quoteRequest, type PayoutQuote } from '../payoutQuote';
import { statedAmount } from '../resources/payout';
import { readCursor } from './cursor';
import { codedProblem, payoutWhy, taxLine, type Coded } from './words';
import { seen } from './wall';

export const payoutRow = (row: OwnPayout): unknown => ({
  id: row.id,
  state: row.state,
  text: PAYOUT_STATES[row.state],
  reason: payoutWhy(row.reason_code),
  amount: formatTenge(row.amount_tiyn),
  withheld: tengeOrNull(row.tax_tiyn),
  net: tengeOrNull(row.net_tiyn),
  created_at: row.created_at,
  submitted_at: row.submitted_at,
  settled_at: row.settled_at,
});

export const listInfluencerPayouts = seen(async ({ pool }, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['micros', 'id']);
  if (!page.ok) return page.error;
  const rows = await listOwnPayouts(pool, viewer, influencerId, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], payoutRow),
  );
});

const NEAR_LIMIT: Coded = {
  code: 'self_employed_near_limit',
  ru: 'Доход за месяц подходит к пределу самозанятого. Мы видим только свои выплаты.',
  kk: 'Айлық табыс өзін-өзі жұмыспен қамтығанның шегіне жақындады. Біз тек өз төлемдерімізді көреміз.',
  en: 'This month’s income is close to the limit of the self-employed. We see our own payouts only.',
};

/**
 * From when the run that a request joins is frozen, at the earliest, to when it must be approved; sending itself
 * takes minutes.
 */
async function arrival({ pool, now, influencers }: ApiDeps): Promise<{ from: Date; to: Date }> {
  const since = (await collectingSince(pool)) ?? new Date(now());
  const fromMs = Math.max(now(), since.getTime() + influencers.payoutCollectMs);
  return { from: new Date(fromMs), to: new Date(fromMs + influencers.payoutApproveMs) };
}

function previewBody(quote: PayoutQuote, minimum: Tiyn, profile: ProfileRow): object {
  const { taxed, consumption, amount } = quote;
  return {
    amount: formatTenge(amount),
    available: formatTenge(quote.available),
    gross: tengeOrNull(consumption?.gross ?? null),
    fee: consumption ? formatTenge(consumption.gross - consumption.amount) : null,
    lines: taxed?.lines.map(taxLine) ?? [],
    withheld: taxed ? formatTenge(amount - taxed.net) : null,
    net: tengeOrNull(taxed?.net ?? null),
    minimum: formatTenge(minimum),
    regime: quote.payee.regime,
    instrument: profile.has_instrument
      ? { kind: profile.instrument_kind, last4: profile.instrument_last4 }
      : null,
    warnings: taxed?.warnings.includes('self_employed_near_limit') ? [NEAR_LIMIT] : [],
    refusal: quote.refusal ? codedProblem(quote.refusal) : null,
  };
}

/** What asking for `amount` (all that is available when undefined) would come to now; writes nothing. */
export async function preview(
  deps: ApiDeps,
  influencerId: string,
  profile: ProfileRow,
  amount: Tiyn | undefined,
): Promise<object | undefined> {
  const { payoutMinimum: minimum, taxBaseMode: baseMode, instrumentWaitMs } = deps.influencers;
  const quote = await quoteRequest(
    deps.pool,
    { mode: deps.mode, minimum, baseMode, instrumentWaitMs },
    influencerId,
    amount,
    new Date(deps.now()),
  );
  if (!quote) return undefined;
  return { ...previewBody(quote, minimum, profile), arrives: await arrival(deps) };
}

export const previewPayout = seen(async (deps, { body }, _viewer, { influencerId, profile }) => {
  const { amount } = statedAmount((body as { amount?: string } | undefined)?.amount);
  const body200 = await preview(deps, influencerId, profile, amount);
  return body200 ? jsonAnswer(200, body200) : { problem: 'influencer_not_found' };
});
