import { randomBytes } from 'node:crypto';

import type { Mode } from '../config/env';
import { idFromBytes } from '../domain/ids';
import { planReserve } from '../domain/ledger/plans';
import { formatTenge, type Tiyn } from '../domain/money';
import { consumeLots } from '../domain/payouts/lots';
import type { BaseMode } from '../domain/tax/regime';
import { err, ok, type Result } from '../domain/result';
import { almatyDate } from '../domain/time';
import { constraintOf, isTransient, SQLSTATE, sqlState } from '../store/postgres/codes';
import { netDebts } from '../services/netDebts';
import { StaleRead } from '../store/postgres/conversionMoney';
import { changeDestination } from '../store/postgres/payoutTakeOut';
import { instrumentSince } from '../store/postgres/profile';
import { LedgerError, type LedgerQueue } from '../store/postgres/ledger';
import { joinCollectingBatch, type RunTimes } from '../store/postgres/payoutBatches';
import { moveLots, openLots } from '../store/postgres/lots';
import { insertPayout, loadInstrument } from '../store/postgres/payouts';
import type { PayoutCommands, PayoutRequestRefusal, Refusal, RequestedPayout } from './commands';
import { payableFrom, quoteRequest } from './payoutQuote';
import { approveBatch, type ApprovalDeps } from './runApproval';
import { ensureRun } from './runWorkflow';

export type PayoutCommandDeps = ApprovalDeps & {
  readonly ledger: LedgerQueue;
  readonly times: RunTimes;
  readonly minimum: Tiyn;
  readonly mode: Mode;
  /** Test mode only, like the worker's. */
  readonly baseMode?: BaseMode | undefined;
  /** How long a new card waits before it can be paid to. */
  readonly instrumentWaitMs: number;
};

type Request = Parameters<PayoutCommands['requestPayout']>[0];
type Requested = Result<RequestedPayout, Refusal<PayoutRequestRefusal>>;

export function createPayoutCommands(deps: PayoutCommandDeps): PayoutCommands {
  return {
    requestPayout: (input) => requestPayout(deps, input),
    approveBatch: (input) => approveBatch(deps, input),
    changeDestination: (influencerId, change) =>
      changeDestination(deps.pool, deps.ledger, influencerId, deps.now(), change),
  };
}

/** Lots change only by payouts of the same person, of which one is open at a time; a loser tries again. */
const STALE_TRIES = 3;

async function requestPayout(deps: PayoutCommandDeps, input: Request): Promise<Requested> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryRequest(deps, input);
    } catch (thrown) {
      if (thrown instanceof StaleRead && attempt < STALE_TRIES) continue;
      if (thrown instanceof LedgerError && thrown.code === 'ledger_overdraft')
        return err({ code: 'amount_above_available' });
      if (
        sqlState(thrown) === SQLSTATE.uniqueViolation &&
        constraintOf(thrown) === 'payouts_one_open'
      ) {
        return err({ code: 'payout_in_progress' });
      }
      if (isTransient(thrown)) return err({ code: 'store_unavailable' });
      throw thrown;
    }
  }
}

/**
 * One transaction: the reserve in the ledger, the payout with the lots it takes, and the message to Temporal.
 * Lots are read first to plan the posting and locked and compared inside; a difference posts nothing.
 */
async function tryRequest(deps: PayoutCommandDeps, input: Request): Promise<Requested> {
  // What a person owes is covered before they are paid, whatever step was cut short when it should have been.
  await netDebts(deps, input.influencerId);
  const quote = await quoteRequest(deps.pool, deps, input.influencerId, input.amount, deps.now());
  if (!quote) return err({ code: 'influencer_not_found' });
  const { refusal, consumption } = quote;
  if (refusal === 'amount_below_minimum') {
    const detail = `The smallest payout is ${formatTenge(deps.minimum)} KZT.`;
    return err({ code: refusal, detail });
  }
  if (refusal === 'instrument_waiting') {
    const since = await instrumentSince(deps.pool, input.influencerId);
    const from = payableFrom(since, deps.instrumentWaitMs)?.toISOString() ?? '';
    return err({ code: refusal, detail: `The card or account can be paid to from ${from}.` });
  }
  if (refusal || !consumption) return err({ code: refusal ?? 'nothing_to_pay' });
  const { amount, gross, taken } = consumption;

  const payoutId = idFromBytes('payout', randomBytes(16));
  const requested = await deps.ledger.postWith(
    [planReserve(payoutId, input.influencerId, amount)],
    async (sql) => {
      const locked = consumeLots(await openLots(sql, input.influencerId, true), input.amount);
      if (!locked.ok || locked.value.amount !== amount || locked.value.gross !== gross) {
        throw new StaleRead(`lots of ${input.influencerId} changed while a payout was planned`);
      }
      // Where it goes is fixed here: a card that changes later takes the payout out of its run.
      const instrument = await loadInstrument(sql, input.influencerId, true);
      if (!instrument || instrument.stopped)
        throw new StaleRead(`the card of ${input.influencerId} changed while a payout was planned`);
      const batch = await joinCollectingBatch(
        sql,
        almatyDate(deps.now()),
        idFromBytes('payoutBatch', randomBytes(16)),
        deps.times,
      );
      await insertPayout(sql, {
        id: payoutId,
        influencerId: input.influencerId,
        batchId: batch.id,
        amount,
        gross,
        requestedBy: input.requestedBy,
        instrument,
        taken,
      });
      await moveLots(sql, taken, 1);
      await ensureRun(sql, batch, payoutId, input.requestId);
      const made = {
        payoutId,
        batchId: batch.id,
        influencerId: input.influencerId,
        state: 'requested',
        amount,
      };
      await input.follow?.(sql, made);
      return made;
    },
  );
  deps.poke();
  return ok(requested);
}
