import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { SearchAttributeUpdatePair } from '@temporalio/common';

import type { Advanced } from '../activities/conversions';
import { attribute } from './attributes';
import * as contract from './contract';
import { describeConversion } from './details';
import { orderBooks, orderPolls } from './proxies';

export type WatchOptions = {
  readonly conversionId: string;
  /** Of an adjustment: its own workflow id; null for the order's own workflow. */
  readonly driver: string | null;
  /** How long the order's own workflow waits for its payout; an adjustment does not wait for it. */
  readonly paidWaitMs: number | null;
  readonly beginAnew: () => Promise<never>;
};

/** A clock of ours may be this much ahead of the one that decides: then the look is repeated, not spun. */
const SHORTEST_WAIT_MS = 50;
/** Messages and looks after which the history is begun anew; Postgres has all that is known. */
const HISTORY_MAX = 2000;

const WAITS_FOR: Readonly<Record<Advanced['waitsFor'], string>> = {
  hold: 'the end of the return period',
  delivery: 'the goods to be delivered',
  shop: 'the shop to confirm the order',
  payee: 'the payee',
  resume: 'a person to resume it',
  person: 'a person to decide',
  payout: 'the next payout',
  nothing: 'nothing',
};

/**
 * Follows an order: one inbox, one wait. Whoever speaks — shop, person, payee, clock, payout — is heard in every
 * stage, because every stage waits in the same place; what a message means is read from Postgres by the one step
 * that acts, so a lost, repeated or forged message changes nothing.
 */
export class OrderWatch {
  private view: contract.ConversionView = {
    state: 'RECEIVED',
    waitsFor: 'the first posting',
    heldUntil: null,
    amounts: null,
    reason: null,
    paused: false,
  };
  private order: Advanced | undefined;
  private inbox = 0;
  private read = 0;
  private paidBy: string | undefined;
  private paidDeadlineMs: number | undefined;
  private readonly seenEvents = new Set<string>();

  constructor(private readonly options: WatchOptions) {
    setHandler(contract.orderChanged, (event) => {
      if (!event || this.seenEvents.has(event.eventId)) return;
      this.seenEvents.add(event.eventId);
      if (!this.saysWhatIsKnown(event)) this.inbox += 1;
    });
    setHandler(contract.payeeUpdated, () => this.news());
    setHandler(contract.acted, () => this.news());
    setHandler(contract.paid, (message) => {
      this.paidBy ??= message?.itemId;
    });
    setHandler(contract.conversionState, () => this.view);
  }

  private news(): void {
    this.inbox += 1;
  }

  /** A yes to the amount we hold changes nothing before the hold ends, and then it is read. */
  private saysWhatIsKnown(event: contract.OrderSignal): boolean {
    const { order } = this;
    return order?.waitsFor === 'hold' && event.status === 'approved' && event.sale === order.sale;
  }

  async run(): Promise<contract.ConversionResult> {
    let order = await this.advance();
    for (;;) {
      this.say(order);
      if (this.isOver(order)) return this.close(order);
      const wasPaid = await this.wait(order);
      if (wasPaid !== undefined) return this.closePaid(wasPaid);
      if (workflowInfo().historyLength > HISTORY_MAX) return this.options.beginAnew();
      order = this.answered ?? (await this.advance());
      this.answered = undefined;
    }
  }

  private async advance(heard?: 'shop_unreachable'): Promise<Advanced> {
    const upTo = this.inbox;
    const { conversionId, driver } = this.options;
    const order = await orderBooks.advanceConversion({
      conversionId,
      ...(driver !== null && { driver }),
      ...(heard !== undefined && { heard }),
    });
    this.read = upTo;
    return order;
  }

  /** Ended, or somebody else's: an adjustment that brought an order back waits for it. */
  private isOver(order: Advanced): boolean {
    const { driver, paidWaitMs } = this.options;
    if (order.waitsFor === 'nothing') return true;
    if (order.waitsFor === 'payout') return paidWaitMs === null;
    return order.driver !== driver;
  }

  /** The one wait. Answers true or false when the payout was the last thing to wait for, and has come or not. */
  private async wait(order: Advanced): Promise<boolean | undefined> {
    const hasNews = (): boolean => this.inbox > this.read;
    if (order.waitsFor === 'payout') return this.waitForPayout(hasNews);
    if (order.pollEveryMs !== null) {
      await this.askShop(order, order.pollEveryMs, hasNews);
      return undefined;
    }
    if (order.until === null) await condition(hasNews);
    else await condition(hasNews, leftUntil(order.until), { summary: WAITS_FOR[order.waitsFor] });
    return undefined;
  }

  private async waitForPayout(hasNews: () => boolean): Promise<boolean | undefined> {
    this.paidDeadlineMs ??= Date.now() + (this.options.paidWaitMs ?? 0);
    const leftMs = Math.max(this.paidDeadlineMs - Date.now(), SHORTEST_WAIT_MS);
    const woken = await condition(() => this.paidBy !== undefined || hasNews(), leftMs, {
      summary: WAITS_FOR.payout,
    });
    if (this.paidBy !== undefined) return true;
    return woken ? undefined : false;
  }

  /** What the shop's answer led to; the next look is then already done. */
  private answered: Advanced | undefined;

  /** Asks the shop until its word changes something or the time is up, or until somebody speaks. */
  private async askShop(order: Advanced, everyMs: number, hasNews: () => boolean): Promise<void> {
    const { conversionId, driver } = this.options;
    const asking = new CancellationScope();
    const answer = asking.run(() =>
      orderPolls(everyMs).watchOrder({
        conversionId,
        until: order.until,
        waitsFor: order.waitsFor,
        ...(driver !== null && { driver }),
      }),
    );
    try {
      const upTo = this.inbox;
      const told = await Promise.race([answer, condition(hasNews).then(() => undefined)]);
      if (told === undefined) {
        asking.cancel();
        await answer.catch((failure: unknown) => {
          if (!isCancellation(failure) && !(failure instanceof ActivityFailure)) throw failure;
        });
        return;
      }
      this.read = upTo;
      this.answered = told;
    } catch (failure) {
      // The shop refuses our token, or has no such source: a person has to look.
      if (!(failure instanceof ActivityFailure)) throw failure;
      this.answered = await this.advance('shop_unreachable');
    }
  }

  private close(order: Advanced): contract.ConversionResult {
    return { state: order.state, reason: order.reason };
  }

  private closePaid(wasPaid: boolean): contract.ConversionResult {
    const state = wasPaid ? 'PAID' : 'PAYABLE';
    if (wasPaid) this.show({ ...this.view, state, waitsFor: WAITS_FOR.nothing, reason: null });
    return { state, reason: null };
  }

  /** One place keeps the query, the Temporal UI's details and the search attributes telling the same story. */
  private say(order: Advanced): void {
    const first = this.order === undefined;
    this.order = order;
    this.show(
      {
        state: order.state,
        waitsFor: WAITS_FOR[order.waitsFor],
        heldUntil: order.heldUntil,
        amounts: order.amounts,
        reason: order.reason,
        paused: order.paused,
      },
      first ? attributesOf(order) : [],
    );
  }

  private show(view: contract.ConversionView, more: SearchAttributeUpdatePair[] = []): void {
    const before = this.view;
    this.view = view;
    setCurrentDetails(describeConversion(view));
    const changed: SearchAttributeUpdatePair[] = [...more];
    if (view.heldUntil !== null && view.heldUntil !== before.heldUntil)
      changed.push({ key: attribute.holdUntil, value: new Date(view.heldUntil) });
    if (view.state !== before.state) changed.push({ key: attribute.state, value: view.state });
    if ((view.state === 'REVIEW') !== (before.state === 'REVIEW'))
      changed.push({ key: attribute.needsReview, value: view.state === 'REVIEW' });
    if (changed.length > 0) upsertSearchAttributes(changed);
  }
}

const leftUntil = (until: string): number =>
  Math.max(Date.parse(until) - Date.now(), SHORTEST_WAIT_MS);

function attributesOf(order: Advanced): SearchAttributeUpdatePair[] {
  return [
    { key: attribute.influencerId, value: order.influencerId },
    { key: attribute.retailerId, value: order.brandId },
  ];
}
