import {
  ActivityFailure,
  condition,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';

import type { PayoutAnswer } from '../../activities/payouts/deps';
import * as contract from '../contract';
import { describePayout } from '../details';
import { payoutBooks, payoutChecks, payoutSends } from '../proxies';

/** While the kill switch is on nothing is sent; it is read again this often. */
const STOPPED_PAUSE = '1m';

/**
 * The course of payouts that began before `payoutHasOneClock` (versions.ts), kept so that they go on and replay.
 * Nothing new belongs here.
 */
export class LegacyPayoutRun {
  private view: contract.PayoutItemView = { state: 'reserved', waitsFor: 'the provider' };
  private hints = 0;

  constructor(private readonly input: contract.PayoutItemInput) {
    setHandler(contract.payoutState, () => this.view);
    setHandler(contract.providerEvent, () => {
      this.hints += 1;
    });
  }

  async run(): Promise<contract.PayoutItemResult> {
    let answer = await this.send();
    let missing = 0;
    for (;;) {
      if (answer.kind === 'paid' || answer.kind === 'refused') return this.settle(answer);
      if (answer.kind === 'review') return this.review(answer.reason);
      if (answer.kind === 'not_found') {
        missing += 1;
        if (missing >= 2) {
          missing = 0;
          answer = await this.send();
          continue;
        }
        this.say('unknown', 'the provider to be sure it knows nothing of it');
        await this.pause(this.input.timing.notFoundWaitMs);
      }
      answer = await this.ask();
    }
  }

  private async send(): Promise<PayoutAnswer> {
    for (;;) {
      this.say('submitting', "the provider's answer");
      const answer = await this.attempt(() =>
        payoutSends(this.input.timing).submitPayout({ payoutId: this.input.payoutId }),
      );
      if (answer.kind !== 'stopped') return answer;
      this.say('reserved', 'the payout stop to be lifted');
      await sleep(STOPPED_PAUSE);
    }
  }

  private async ask(): Promise<PayoutAnswer> {
    this.say('unknown', "the provider's word on what became of it");
    return this.attempt(
      () => payoutChecks(this.input.timing).checkPayout({ payoutId: this.input.payoutId }),
      true,
    );
  }

  /** A send without an answer is unknown; questions without an answer until the limit are for a person. */
  private async attempt(call: () => Promise<PayoutAnswer>, isLast = false): Promise<PayoutAnswer> {
    try {
      return await call();
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      return isLast ? { kind: 'review', reason: 'provider_silent' } : { kind: 'unknown' };
    }
  }

  /** A callback of the provider cuts the wait short, but a first "not found" still needs its full time. */
  private async pause(ms: number): Promise<void> {
    const before = this.hints;
    await condition(() => this.hints > before, ms, { summary: 'provider consistency' });
  }

  private async settle(
    answer: Extract<PayoutAnswer, { kind: 'paid' | 'refused' }>,
  ): Promise<contract.PayoutItemResult> {
    const settled = await payoutBooks.settlePayout({ payoutId: this.input.payoutId, answer });
    this.say(settled.state, 'nothing');
    return settled;
  }

  private async review(reason: string): Promise<contract.PayoutItemResult> {
    await payoutBooks.flagPayout({ payoutId: this.input.payoutId, reason });
    this.say('review', 'a person; the reserve is kept');
    return { state: 'review', reason };
  }

  private say(state: string, waitsFor: string): void {
    this.view = { state, waitsFor };
    setCurrentDetails(describePayout(this.view, this.input.payoutId));
  }
}
