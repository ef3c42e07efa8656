import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';

import type { SearchAttributeUpdatePair } from '@temporalio/common';

import type { ReasonCode } from '../../domain/conversions/reasons';
import type { Accrued, ReleaseOutcome } from '../../activities/conversions';
import { attribute } from '../attributes';
import * as contract from '../contract';
import { describeConversion } from '../details';
import { conversionBooks, shopPolls } from '../proxies';

const DAY_MS = 86_400_000;
/** After the hold, how long a shop that confirms by postback may stay silent before a person looks. */
const SHOP_SILENCE_MS = 30 * DAY_MS;
/** How long a payee may stay without a valid status or instrument before a person looks. */
const PAYEE_SILENCE_MS = 90 * DAY_MS;

/** The course of a conversion that began before `conversionHearsEverything` (versions.ts), unchanged. */
export class LegacyConversionRun {
  private stage: contract.ConversionStage = 'RECEIVED';
  private waitsFor = 'the first posting';
  private reason: string | null = null;
  private accrued: Accrued | undefined;
  private revision = 1;
  private paused = false;
  private reviewAsked: string | undefined;
  private decision: contract.Decision | undefined;
  private confirmedBy: 'order' | 'person' = 'order';
  private paidBy: string | undefined;
  private payeeVersion = 0;
  private payeeDeadlineMs: number | undefined;
  private readonly seenEvents = new Set<string>();
  /** Events that may change the money and are not yet read back from the folded order. */
  private unread = 0;
  /** The shop said yes to the amount we hold: nothing to read before the release. */
  private confirmed = false;

  constructor(private readonly input: contract.ConversionInput) {
    setHandler(contract.orderChanged, (event) => {
      if (this.seenEvents.has(event.eventId)) return;
      this.seenEvents.add(event.eventId);
      if (event.status === 'approved' && event.sale === this.accrued?.sale) this.confirmed = true;
      else this.unread += 1;
    });
    setHandler(contract.payeeUpdated, () => {
      this.payeeVersion += 1;
    });
    setHandler(contract.paid, ({ itemId }) => {
      this.paidBy ??= itemId;
    });
    setHandler(contract.conversionState, () => this.view());
    this.listenToOps();
  }

  private listenToOps(): void {
    setHandler(contract.pause, (_by) => this.note(() => (this.paused = true)), {
      validator: (_by) => this.refuseWhenReleased(),
    });
    setHandler(contract.resume, (_by) => this.note(() => (this.paused = false)), {
      validator: (_by) => this.refuseWhenReleased(),
    });
    setHandler(
      contract.forceReview,
      (input) => this.note(() => (this.reviewAsked = input.reason)),
      {
        validator: (_input) => this.refuseWhenReleased(),
      },
    );
    setHandler(contract.decide, (decision) => this.note(() => (this.decision = decision)), {
      validator: (_decision) => this.refuseUnlessInReview(),
    });
  }

  private note(record: () => void): contract.ConversionView {
    record();
    return this.view();
  }

  async run(): Promise<contract.ConversionResult> {
    // The event that started us is read by the accrual itself.
    this.unread = 0;
    const first = await conversionBooks.accrueConversion({
      conversionId: this.input.conversionId,
      revision: this.revision,
    });
    if (first.kind !== 'held') return this.close(first.state, first.reason);
    this.hold(first);
    const settled = (await this.holdRunsOut()) ?? (await this.confirmAndRelease());
    if (settled) return settled;
    return this.waitUntilPaid();
  }

  /** Returns a result when the order ended during the hold. */
  private async holdRunsOut(): Promise<contract.ConversionResult | undefined> {
    while (this.accrued) {
      const leftMs = Date.parse(this.accrued.heldUntil) - Date.now();
      this.say('HELD', 'the return period');
      const woken =
        leftMs > 0 &&
        (await condition(() => this.unread > 0 || this.reviewAsked !== undefined, leftMs, {
          summary: 'return period',
        }));
      const ended = (await this.readOrder()) ?? (await this.reviewIfAsked());
      if (ended) return ended;
      if (!woken) return undefined;
    }
    return undefined;
  }

  /** Reads the folded order when an event came: a cancelled order ends here, a new amount is a new revision. */
  private async readOrder(): Promise<contract.ConversionResult | undefined> {
    if (this.unread === 0) return undefined;
    this.unread = 0;
    const outcome = await conversionBooks.repriceConversion({
      conversionId: this.input.conversionId,
      revision: this.revision,
    });
    if (outcome.kind === 'unchanged') return undefined;
    if (outcome.kind === 'ended') return this.close(outcome.state, outcome.reason);
    this.revision += 1;
    this.hold(outcome);
    return undefined;
  }

  private async confirmAndRelease(): Promise<contract.ConversionResult | undefined> {
    const pollEveryMs = this.accrued?.pollEveryMs ?? null;
    if (pollEveryMs !== null && !this.confirmed && this.confirmedBy === 'order') {
      const ended = await this.askShop(pollEveryMs);
      if (ended) return ended;
    }
    for (;;) {
      await condition(() => !this.paused);
      const reviewed = await this.reviewIfAsked();
      if (reviewed) return reviewed;
      const payeeVersion = this.payeeVersion;
      const outcome = await conversionBooks.releaseConversion({
        conversionId: this.input.conversionId,
        confirmedBy: this.confirmedBy,
      });
      if (outcome.kind === 'payable') {
        this.stage = 'PAYABLE';
        return undefined;
      }
      if (outcome.kind === 'ended') return this.close(outcome.state, outcome.reason);
      const ended = await this.waitFor(outcome, payeeVersion);
      if (ended) return ended;
    }
  }

  /** What a release that could not happen waits for; a person decides when waiting has no end. */
  private async waitFor(
    outcome: ReleaseOutcome,
    payeeVersion: number,
  ): Promise<contract.ConversionResult | undefined> {
    if (outcome.kind === 'unpriced') {
      this.unread += 1;
      return this.readOrder();
    }
    if (outcome.kind === 'payee_incomplete') {
      return this.waitForPayee(outcome.reason, payeeVersion);
    }
    if (outcome.kind === 'unconfirmed' && outcome.pollEveryMs !== null)
      return this.askShop(outcome.pollEveryMs);
    this.say('HELD', 'the shop to confirm the order', 'waiting_for_shop');
    this.confirmed = false;
    const heard = await condition(() => this.confirmed || this.unread > 0, SHOP_SILENCE_MS, {
      summary: 'waiting for the shop',
    });
    return (await this.readOrder()) ?? (heard ? undefined : this.review('not_confirmed'));
  }

  /**
   * Told when the payee changed something, and looks by itself once a day: evidence may simply have arrived.
   * `before` is the version the release began with: a change that came while it looked counts as news.
   */
  private async waitForPayee(
    reason: ReasonCode,
    before: number,
  ): Promise<contract.ConversionResult | undefined> {
    this.payeeDeadlineMs ??= Date.now() + PAYEE_SILENCE_MS;
    this.say('HELD', 'the payee', reason);
    const woken = await condition(() => this.payeeVersion > before || this.unread > 0, DAY_MS, {
      summary: 'waiting for the payee',
    });
    const ended = await this.readOrder();
    if (ended || woken || Date.now() < this.payeeDeadlineMs) return ended;
    this.payeeDeadlineMs = undefined;
    return this.review('payee_not_ready');
  }

  /** Asks the shop until its answer is definite, or until the shop speaks up by itself. */
  private async askShop(everyMs: number): Promise<contract.ConversionResult | undefined> {
    this.say('HELD', "the shop's answer about the order", 'waiting_for_shop');
    this.confirmed = false;
    const heldMs = this.accrued
      ? Date.parse(this.accrued.heldUntil) - Date.parse(this.accrued.heldFrom)
      : 0;
    const asking = new CancellationScope();
    const answer = asking.run(() =>
      shopPolls(heldMs, everyMs).pollOrder({ conversionId: this.input.conversionId }),
    );
    try {
      await Promise.race([answer, condition(() => this.confirmed || this.unread > 0)]);
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      return this.review(
        failure.cause instanceof ApplicationFailure ? 'shop_unreachable' : 'not_confirmed',
      );
    }
    asking.cancel();
    await answer.catch((failure: unknown) => {
      if (!isCancellation(failure) && !(failure instanceof ActivityFailure)) throw failure;
    });
    return this.readOrder();
  }

  private async reviewIfAsked(): Promise<contract.ConversionResult | undefined> {
    if (this.reviewAsked === undefined) return undefined;
    this.reviewAsked = undefined;
    return this.review('held_by_ops');
  }

  /** Waits for a person. "release" confirms the order in the shop's place; hold and payee rules still apply. */
  private async review(reason: ReasonCode): Promise<contract.ConversionResult | undefined> {
    this.say('REVIEW', 'a person to decide', reason, [{ key: attribute.needsReview, value: true }]);
    await conversionBooks.flagConversion({ conversionId: this.input.conversionId, reason });
    await condition(() => this.decision !== undefined);
    const decided = this.decision;
    this.decision = undefined;
    if (decided?.decision === 'cancel') {
      const ended = await conversionBooks.cancelConversion({
        conversionId: this.input.conversionId,
        by: decided.by,
      });
      return this.close(ended.state, ended.reason);
    }
    this.confirmedBy = 'person';
    this.say('HELD', 'the release', null, [{ key: attribute.needsReview, value: false }]);
    return undefined;
  }

  private async waitUntilPaid(): Promise<contract.ConversionResult> {
    this.say('PAYABLE', 'the next payout', null, [{ key: attribute.state, value: 'PAYABLE' }]);
    const wasPaid = await condition(() => this.paidBy !== undefined, this.input.paidWaitMs, {
      summary: 'next payout',
    });
    return this.close(wasPaid ? 'PAID' : 'PAYABLE', null);
  }

  private hold(accrued: Accrued): void {
    const first = this.accrued === undefined;
    this.accrued = accrued;
    this.stage = 'HELD';
    this.say('HELD', 'the return period', null, first ? heldAttributes(accrued) : undefined);
  }

  private close(state: contract.ConversionStage, reason: string | null): contract.ConversionResult {
    const known = this.stage === state && state === 'PAYABLE';
    this.say(
      state,
      'nothing',
      reason,
      known ? undefined : [{ key: attribute.state, value: state }],
    );
    return { state, reason };
  }

  /** One place keeps the query, the Temporal UI's details and the search attributes telling the same story. */
  private say(
    stage: contract.ConversionStage,
    waitsFor: string,
    reason: string | null = null,
    upsert?: SearchAttributeUpdatePair[],
  ): void {
    this.stage = stage;
    this.waitsFor = waitsFor;
    this.reason = reason;
    setCurrentDetails(describeConversion(this.view()));
    if (upsert) upsertSearchAttributes(upsert);
  }

  private view(): contract.ConversionView {
    return {
      state: this.stage,
      waitsFor: this.waitsFor,
      heldUntil: this.accrued?.heldUntil ?? null,
      amounts: this.accrued?.amounts ?? null,
      reason: this.reason,
      paused: this.paused,
    };
  }

  private refuseWhenReleased(): void {
    if (this.stage === 'PAYABLE' || this.stage === 'PAID')
      throw new Error(`the conversion is already ${this.stage}`);
  }

  /** A decision nobody asked for would wait unseen, and be taken for the answer to a later question. */
  private refuseUnlessInReview(): void {
    if (this.stage !== 'REVIEW') throw new Error(`the conversion is ${this.stage}, not in review`);
    if (this.decision !== undefined) throw new Error('the conversion has just been decided');
  }
}

function heldAttributes(accrued: Accrued): SearchAttributeUpdatePair[] {
  return [
    { key: attribute.state, value: 'HELD' },
    { key: attribute.influencerId, value: accrued.influencerId },
    { key: attribute.retailerId, value: accrued.brandId },
    { key: attribute.holdUntil, value: new Date(accrued.heldUntil) },
  ];
}
