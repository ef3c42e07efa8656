import type { Pool } from 'pg';

import { hasRunEnded, isUnapproved, type RunState } from '../domain/payouts/runMoves';
import { err, ok, type Result } from '../domain/result';
import type { LedgerQueue } from '../store/postgres/ledger';
import {
  closeByPerson,
  loadBatch,
  setPrepared,
  type BatchRow,
} from '../store/postgres/payoutBatches';
import { reopen } from '../store/postgres/payoutRunItems';
import { takeOut, type Left } from '../store/postgres/payoutTakeOut';
import { inTransaction, type Sql } from '../store/postgres/pool';
import { exclude, EXCLUDED_FROM_RUN, prepare } from '../workflows/contract';
import type { Refusal } from './commands';
import type {
  ChangedRun,
  ExcludedPayout,
  ExclusionRefusal,
  OpsCommands,
  PreparationRefusal,
  PreparedBatch,
  RunChangeRefusal,
  Unavailable,
} from './ops/commands';
import { failureKind } from './ops/temporalFailure';
import {
  beginAgain,
  bringNews,
  ensureRun,
  tellRun,
  tryBeginAgain,
  type RunWorkflowDeps,
} from './runWorkflow';
import { storeTries } from './storeTries';

export type RunCommandDeps = {
  readonly pool: Pool;
  readonly ledger: LedgerQueue;
  readonly runs: RunWorkflowDeps;
  readonly now: () => Date;
  readonly poke: () => void;
};

/**
 * What people of ops do to a payout run. Each is written in Postgres, with its audit row, under the run's row lock;
 * the workflow is told afterwards and believes only what stands there.
 */
export function createRunCommands(
  deps: RunCommandDeps,
): Pick<OpsCommands, 'prepareBatch' | 'excludePayout' | 'restartRun' | 'reopenRun' | 'closeRun'> {
  return {
    prepareBatch: (input) => prepareBatch(deps, input),
    excludePayout: (input) => excludePayout(deps, input),
    restartRun: (input) => restartRun(deps, input),
    reopenRun: (input) => reopenRun(deps, input),
    closeRun: (input) => closeRun(deps, input),
  };
}

const AGAIN = 'Send it again: it counts once.';

/** Only what may pass by itself is a refusal; anything else is a bug. */
function unavailable(thrown: unknown): Refusal<Unavailable> {
  switch (failureKind(thrown)) {
    case 'closed':
    case 'refused':
    case 'temporal_unavailable':
      return { code: 'temporal_unavailable', detail: AGAIN };
    case 'store_unavailable':
      return { code: 'store_unavailable' };
    case undefined:
      throw thrown;
  }
}

type Preparing = Parameters<OpsCommands['prepareBatch']>[0];
type Prepared = Result<PreparedBatch, Refusal<PreparationRefusal>>;

/** The name first, so that nobody can prepare and approve in one moment; then the workflow freezes the run. */
async function prepareBatch(deps: RunCommandDeps, input: Preparing): Promise<Prepared> {
  const signed = await storeTries(() => inTransaction(deps.pool, (sql) => sign(sql, input)));
  if (signed === 'store_unavailable') return err({ code: 'store_unavailable' });
  if (!signed.ok) return signed;
  const batch = signed.value;
  try {
    if (batch.state === 'collecting' || batch.state === 'freezing')
      await tellRun(deps.runs, batch, prepare, { requestId: input.requestId });
    return ok(preparedOf((await loadBatch(deps.pool, batch.id)) ?? batch));
  } catch (thrown) {
    return err(unavailable(thrown));
  }
}

async function sign(
  sql: Sql,
  input: Preparing,
): Promise<Result<BatchRow, Refusal<PreparationRefusal>>> {
  const batch = await loadBatch(sql, input.batchId, true);
  if (!batch) return err({ code: 'batch_not_found' });
  // Prepared by the same person before: the answer was lost on the way.
  if (batch.preparedBy === input.by) return ok(batch);
  if (batch.preparedBy !== null) return err({ code: 'batch_prepared' });
  if (!isUnapproved(batch.state)) return err({ code: 'batch_state' });
  await setPrepared(sql, batch.id, input.by, input.note);
  await ensureRun(sql, batch, batch.id, input.requestId);
  await input.follow?.(sql);
  return ok(batch);
}

const preparedOf = (batch: BatchRow): PreparedBatch => ({
  batchId: batch.id,
  state: batch.state,
  itemCount: batch.itemCount ?? 0,
  total: batch.total ?? 0n,
  preparedBy: batch.preparedBy ?? '',
  note: batch.note,
});

type Excluding = Parameters<OpsCommands['excludePayout']>[0];
type Excluded = Result<ExcludedPayout, Refusal<ExclusionRefusal>>;

async function excludePayout(deps: RunCommandDeps, input: Excluding): Promise<Excluded> {
  const { batchId, payoutId, requestId } = input;
  const excluded = ({ returned, items, total }: Left, isNew: boolean): ExcludedPayout => ({
    payoutId,
    batchId,
    returned,
    itemCount: items,
    total,
    isNew,
  });
  const outcome = await storeTries(async () => {
    const batch = await loadBatch(deps.pool, batchId);
    if (!batch) return undefined;
    const left = await takeOut(deps.pool, deps.ledger, {
      payoutId,
      batchId,
      reason: { code: EXCLUDED_FROM_RUN },
      settledAt: deps.now(),
      from: isUnapproved,
      follow: async (sql, now) => {
        await input.follow?.(sql, excluded(now, true));
      },
    });
    return { batch, left };
  });
  if (outcome === 'store_unavailable') return err({ code: 'store_unavailable' });
  if (!outcome) return err({ code: 'batch_not_found' });
  const { left, batch } = outcome;
  switch (left.kind) {
    case 'left':
      await bringNews(deps.runs, batch, exclude, { payoutId, requestId });
      return ok(excluded(left, true));
    case 'left_before':
      return ok(excluded(left, false));
    case 'payout_not_found':
    case 'payout_state':
    case 'batch_state':
      return err({ code: left.kind });
  }
}

type Changing = Parameters<OpsCommands['closeRun']>[0];
type Changed = Result<ChangedRun, Refusal<RunChangeRefusal>>;

const changedOf = (batch: BatchRow, isNew: boolean): ChangedRun => ({
  batchId: batch.id,
  state: batch.state,
  itemCount: batch.itemCount ?? 0,
  total: batch.total ?? 0n,
  isNew,
});

type Change = {
  readonly from: (state: RunState) => boolean;
  /** The wish is fulfilled already: the answer was lost on the way. */
  readonly before: (batch: BatchRow) => boolean;
  readonly write: (sql: Sql) => Promise<void>;
};

/** A move of the run by a person, and its workflow begun anew: it was waiting for something else. */
async function changeRun(deps: RunCommandDeps, input: Changing, change: Change): Promise<Changed> {
  const changed = await storeTries(() =>
    inTransaction(
      deps.pool,
      async (
        sql,
      ): Promise<Result<{ run: BatchRow; isNew: boolean }, Refusal<RunChangeRefusal>>> => {
        const batch = await loadBatch(sql, input.batchId, true);
        if (!batch) return err({ code: 'batch_not_found' });
        if (change.before(batch)) return ok({ run: batch, isNew: false });
        if (!change.from(batch.state)) return err({ code: 'batch_state' });
        await change.write(sql);
        await ensureRun(sql, batch, batch.id, input.requestId);
        const after = (await loadBatch(sql, batch.id)) ?? batch;
        await input.follow?.(sql, changedOf(after, true));
        return ok({ run: after, isNew: true });
      },
    ),
  );
  if (changed === 'store_unavailable') return err({ code: 'store_unavailable' });
  if (!changed.ok) return changed;
  deps.poke();
  const { run, isNew } = changed.value;
  await tryBeginAgain(deps.runs, run, input.requestId);
  return ok(changedOf(run, isNew));
}

const reopenRun = (deps: RunCommandDeps, input: Changing): Promise<Changed> =>
  changeRun(deps, input, {
    from: (state) => state === 'frozen',
    before: () => false,
    write: (sql) => reopen(sql, input.batchId),
  });

const closeRun = (deps: RunCommandDeps, input: Changing): Promise<Changed> =>
  changeRun(deps, input, {
    from: (state) => !hasRunEnded(state),
    before: (batch) => batch.state === 'closed',
    write: (sql) => closeByPerson(sql, input.batchId, input.by, input.reason),
  });

/** Changes nothing in Postgres: whoever asks for it has seen a run that does not move. */
async function restartRun(deps: RunCommandDeps, input: Changing): Promise<Changed> {
  try {
    const batch = await loadBatch(deps.pool, input.batchId);
    if (!batch) return err({ code: 'batch_not_found' });
    if (batch.doneAt !== null) return err({ code: 'batch_state' });
    await beginAgain(deps.runs, batch, input.requestId);
    await inTransaction(deps.pool, async (sql) => input.follow?.(sql, changedOf(batch, true)));
    return ok(changedOf(batch, true));
  } catch (thrown) {
    return err(unavailable(thrown));
  }
}
