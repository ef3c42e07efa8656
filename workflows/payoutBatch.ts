import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import { attribute } from './attributes';
import * as contract from './contract';
import { describeBatch } from './details';
import { LegacyBatchRun } from './legacy/payoutBatch';
import { payoutItem } from './payoutItem';
import { batchBooks, runBooks, runWaits } from './proxies';
import { runFlows } from './versions';

/** Payouts started in one go, and before the history is begun anew: a child adds some three events, and at most 2,000 may be open. */
const AT_ONCE = 100;
const PER_RUN = 500;

/** How long progress waits to be told, at first and at last: a payout that is unknown for days adds little history. */
const PATIENCE_MS = 5_000;
const PATIENCE_MAX_MS = 600_000;

/**
 * A mass payout: requests gather in Postgres, the run is frozen (taxes fixed, amounts reserved), a second person approves
 * it, and every item becomes its own workflow that outlives this one. Postgres alone says where a run is: this asks,
 * does the next step, and may be lost, terminated, reset or started twice at any moment. Slow payouts hold nobody up:
 * all are started, none is waited for, and what became of them is counted in Postgres.
 */
export async function payoutBatch(input: contract.PayoutBatchInput): Promise<contract.BatchView> {
  if (!runFlows()) return new LegacyBatchRun(input).run();
  return new BatchRun(input).run();
}

class BatchRun {
  private view: contract.BatchView = { state: 'collecting', items: 0, total: '0.00', settled: 0 };
  /** A maker's name stands on the run: gathering ends before its time. */
  private cutOff = false;
  /** Somebody said that the run's row changed. */
  private told = 0;
  /** Payouts up to this id are started. */
  private startedAfter: string;

  constructor(private readonly input: contract.PayoutBatchInput) {
    this.startedAfter = input.startedAfter ?? '';
    setHandler(contract.payoutRequested, () => undefined);
    setHandler(contract.batchState, () => this.view);
    setHandler(contract.approve, (approval) => this.handleApproval(approval));
    setHandler(contract.prepare, () => this.handlePreparation());
    setHandler(contract.exclude, (exclusion) => this.handleExclusion(exclusion));
  }

  async run(): Promise<contract.BatchView> {
    for (;;) {
      const look = await runBooks.lookAtRun({ batchId: this.input.batchId });
      this.say(look.view);
      if (look.over) return this.end();
      await this.step(look);
    }
  }

  private async step(look: contract.RunLook): Promise<void> {
    const run = { batchId: this.input.batchId };
    switch (look.view.state) {
      case 'collecting':
        if (look.collectForMs > 0)
          await condition(() => this.cutOff, look.collectForMs, { summary: 'requests gather' });
        await batchBooks.freezeBatch(run);
        return;
      case 'freezing':
        await batchBooks.freezeBatch(run);
        return;
      case 'frozen':
        if (look.view.items === 0) return runBooks.finishBatch(run);
        if (look.approveForMs === 0) return batchBooks.expireBatch(run);
        return this.unlessTold(() => runWaits.awaitDecision(run));
      case 'approved':
        return this.send();
      case 'expired':
      case 'closed':
        return batchBooks.returnItems(run);
      case 'done':
        return runBooks.finishBatch(run);
    }
  }

  /** Starts everything as the provider's money covers it, then only counts. */
  private async send(): Promise<void> {
    const { batchId } = this.input;
    for (let left = PER_RUN; left > 0 && !workflowInfo().continueAsNewSuggested;) {
      const ids = await runWaits.takeWindow({ batchId, after: this.startedAfter, limit: left });
      for (let from = 0; from < ids.length; from += AT_ONCE)
        await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => this.startItem(id)));
      const last = ids[ids.length - 1];
      if (last === undefined) return this.watch();
      this.startedAfter = last;
      left -= ids.length;
    }
    await this.beginAnew();
  }

  /** Until every payout is settled or with a person. */
  private async watch(): Promise<void> {
    const { batchId } = this.input;
    for (let patienceMs = PATIENCE_MS; ; patienceMs = Math.min(patienceMs * 2, PATIENCE_MAX_MS)) {
      const { settled } = this.view;
      const progress = await runWaits.awaitProgress({ batchId, settled, patienceMs });
      this.say(progress.view);
      if (progress.view.state !== 'approved') return;
      if (workflowInfo().continueAsNewSuggested) return this.beginAnew();
      if (progress.open === 0) return runBooks.finishBatch({ batchId });
    }
  }

  /** The item's own workflow; one that runs already is as good: a run that is reset or begun again finds them. */
  private async startItem(payoutId: string): Promise<void> {
    try {
      await startChild(payoutItem, {
        workflowId: contract.payoutWorkflowId(payoutId),
        taskQueue: contract.TASK_QUEUE.payouts,
        args: [{ payoutId, batchId: this.input.batchId, timing: this.input.timing }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        typedSearchAttributes: [
          { key: attribute.state, value: 'RESERVED' },
          { key: attribute.batchId, value: this.input.batchId },
        ],
        staticSummary: `payout ${payoutId}`,
      });
    } catch (failure) {
      if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    }
  }

  /** The history begins anew by the number of payouts started; those in flight go on by themselves. */
  private async beginAnew(): Promise<void> {
    await condition(allHandlersFinished);
    await continueAsNew<typeof payoutBatch>({ ...this.input, startedAfter: this.startedAfter });
  }

  /** Waits for the run's row to change, or for somebody to say that it did. */
  private async unlessTold(wait: () => Promise<void>): Promise<void> {
    const before = this.told;
    const scope = new CancellationScope();
    const waiting = scope.run(wait).catch((failure: unknown) => {
      if (!isCancellation(failure)) throw failure;
    });
    await Promise.race([waiting, condition(() => this.told > before)]);
    scope.cancel();
    await waiting;
  }

  private async handleApproval(approval: contract.Approval): Promise<contract.ApprovalOutcome> {
    const { approvalId } = approval;
    const outcome = await runBooks.approveBatch({ batchId: this.input.batchId, approvalId });
    if (outcome.kind === 'approved') this.told += 1;
    return outcome;
  }

  private async handlePreparation(): Promise<contract.PreparationOutcome> {
    const outcome = await runBooks.prepareBatch({ batchId: this.input.batchId });
    if (outcome.kind === 'refused') return outcome;
    this.cutOff = true;
    // The main loop freezes, and looks right after.
    await condition(() => !['collecting', 'freezing'].includes(this.view.state));
    return { kind: 'prepared', items: this.view.items, total: this.view.total };
  }

  private async handleExclusion(exclusion: contract.Exclusion): Promise<contract.ExclusionOutcome> {
    const { payoutId } = exclusion;
    const outcome = await runBooks.excludePayout({ batchId: this.input.batchId, payoutId });
    if (outcome.kind === 'excluded') this.told += 1;
    return outcome;
  }

  private async end(): Promise<contract.BatchView> {
    await condition(allHandlersFinished);
    upsertSearchAttributes([{ key: attribute.state, value: this.view.state.toUpperCase() }]);
    return this.view;
  }

  private say(view: contract.BatchView): void {
    this.view = view;
    setCurrentDetails(describeBatch(view));
  }
}
