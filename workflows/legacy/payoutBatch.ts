import {
  allHandlersFinished,
  condition,
  continueAsNew,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';

import { attribute } from '../attributes';
import * as contract from '../contract';
import { describeBatch } from '../details';
import { payoutItem } from '../payoutItem';
import { batchBooks, payoutBooks } from '../proxies';

/** Payouts in flight at once, and payouts started before the history is begun anew. */
const WINDOW = 100;
const PER_RUN = 500;

/** The course of runs that began before `runFlows` (versions.ts). Not changed any more; it goes with them. */
export class LegacyBatchRun {
  private view: contract.BatchView = { state: 'collecting', items: 0, total: '0.00', settled: 0 };
  /** Somebody ended the gathering of requests before its time. */
  private cutOff = false;
  private freezing: Promise<void> | undefined;

  constructor(private readonly input: contract.PayoutBatchInput) {
    if (input.startedAfter !== undefined) this.view = { ...this.view, state: 'approved' };
    setHandler(contract.payoutRequested, () => undefined);
    setHandler(contract.batchState, () => this.view);
    setHandler(contract.approve, (approval) => this.handleApproval(approval));
    setHandler(contract.prepare, (preparation) => this.handlePreparation(preparation));
    setHandler(contract.exclude, (exclusion) => this.handleExclusion(exclusion));
  }

  async run(): Promise<contract.BatchView> {
    if (this.input.startedAfter === undefined) {
      await condition(() => this.cutOff, this.input.collectMs, {
        summary: 'requests gather',
      });
      await this.freezeOnce();
      if (this.view.items === 0) return this.finish('done');
      const decided = await condition(
        () => this.view.state === 'approved' || this.view.items === 0,
        this.input.approveWithinMs,
        {
          summary: 'approval by a second person',
        },
      );
      if (!decided) return this.expire();
      // Every payout was taken out: there is nothing to approve.
      if (this.view.items === 0) return this.finish('done');
    }
    await this.startItems();
    return this.finish('done');
  }

  /** An approver who comes before the cut-off freezes the run: what he approves cannot grow under him. */
  private async handleApproval(approval: contract.Approval): Promise<contract.ApprovalOutcome> {
    this.cutOff = true;
    await this.freezeOnce();
    if (this.view.state !== 'frozen' && this.view.state !== 'approved')
      return { kind: 'refused', code: 'batch_state' };
    const outcome = await payoutBooks.approveBatch({ batchId: this.input.batchId, ...approval });
    if (outcome.kind === 'approved') this.say({ state: 'approved' });
    return outcome;
  }

  /** The name is written before the run is frozen, so that nobody can prepare and approve in one moment. */
  private async handlePreparation(
    preparation: contract.Preparation,
  ): Promise<contract.PreparationOutcome> {
    const outcome = await payoutBooks.prepareBatch({
      batchId: this.input.batchId,
      ...preparation,
    });
    if (outcome.kind === 'refused') return outcome;
    this.cutOff = true;
    await this.freezeOnce();
    return { kind: 'prepared', items: this.view.items, total: this.view.total };
  }

  /** Allowed while requests gather too. Totals are only told once they are the frozen ones. */
  private async handleExclusion(exclusion: contract.Exclusion): Promise<contract.ExclusionOutcome> {
    const outcome = await payoutBooks.excludePayout({
      batchId: this.input.batchId,
      ...exclusion,
    });
    if (outcome.kind === 'refused' || !outcome.isFrozen) return outcome;
    await this.freezing;
    // Two at once may end in either order; a run only ever gets smaller.
    if (this.view.state === 'frozen' && outcome.items < this.view.items)
      this.say({ items: outcome.items, total: outcome.total });
    return outcome;
  }

  private freezeOnce(): Promise<void> {
    this.freezing ??= this.freeze();
    return this.freezing;
  }

  private async freeze(): Promise<void> {
    const frozen = await batchBooks.freezeBatch({ batchId: this.input.batchId });
    this.say({ state: 'frozen', items: frozen.items, total: frozen.total });
  }

  private async expire(): Promise<contract.BatchView> {
    await condition(allHandlersFinished);
    if (this.view.state === 'approved') return this.startItems().then(() => this.finish('done'));
    await batchBooks.expireBatch({ batchId: this.input.batchId });
    return this.finish('expired');
  }

  private async startItems(): Promise<void> {
    let after = this.input.startedAfter ?? '';
    let started = 0;
    let inFlight = 0;
    for (;;) {
      const ids = await payoutBooks.listBatchPayouts({
        batchId: this.input.batchId,
        after,
        limit: WINDOW,
      });
      if (ids.length === 0) break;
      for (const payoutId of ids) {
        await condition(() => inFlight < WINDOW);
        inFlight += 1;
        const child = await this.startItem(payoutId);
        const ended = (): void => {
          inFlight -= 1;
          this.say({ settled: this.view.settled + 1 });
        };
        void child.result().then(ended, ended);
        after = payoutId;
        started += 1;
      }
      if (started >= PER_RUN) {
        await condition(() => inFlight === 0 && allHandlersFinished());
        await continueAsNew<(input: contract.PayoutBatchInput) => Promise<contract.BatchView>>({
          ...this.input,
          startedAfter: after,
        });
      }
    }
    await condition(() => inFlight === 0);
  }

  private startItem(payoutId: string): Promise<ChildWorkflowHandle<typeof payoutItem>> {
    return startChild(payoutItem, {
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
  }

  private async finish(state: 'done' | 'expired'): Promise<contract.BatchView> {
    await condition(allHandlersFinished);
    if (state === 'done') await payoutBooks.finishBatch({ batchId: this.input.batchId });
    this.say({ state });
    upsertSearchAttributes([{ key: attribute.state, value: state.toUpperCase() }]);
    return this.view;
  }

  private say(change: Partial<contract.BatchView>): void {
    this.view = { ...this.view, ...change };
    setCurrentDetails(describeBatch(this.view));
  }
}
