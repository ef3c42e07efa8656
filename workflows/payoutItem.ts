import {
  ActivityFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

import type { PayoutAnswer, Standing } from '../activities/payouts/deps';
import * as contract from './contract';
import { describePayout } from './details';
import { LegacyPayoutRun } from './legacy/payoutItem';
import { boundedOpen, itemBooks, payoutQuestions, payoutSends } from './proxies';
import { payoutHasOneClock } from './versions';

/** While payouts are stopped an item that is to be sent looks again this often, by retry and without history. */
const STOPPED_POLL_MS = 60_000;
/** Hints heard in one run; a storm of callbacks must not write history without end. */
const HINTS_HEARD = 20;
/** Sends that failed before anything left (a worker that dies each time, a bug): then a person looks. */
const LOST_SENDS = 5;
/** Everything is in Postgres, so a long history is begun anew at any quiet moment. */
const RENEW_AT = 2_000;

/**
 * One movement of money under one reference. Postgres says how the payout stands, so this may be started at any time
 * and any number of times: what may be with the provider is asked about, never sent first. Only a definite
 * answer of the provider, or two people, post or release the reserve. One clock runs from the first send; asking
 * again does not restart it. "Not found" counts only twice, notFoundWaitMs after the last send and apart, and then
 * the SAME reference is sent again; a callback brings the next question forward and proves nothing.
 */
export async function payoutItem(
  input: contract.PayoutItemInput,
): Promise<contract.PayoutItemResult> {
  if (!payoutHasOneClock()) return new LegacyPayoutRun(input).run();
  return new PayoutRun(input).run();
}

type Sent = Extract<Standing, { kind: 'sent' }>;
type Review = Extract<Standing, { kind: 'review' }>;
type Definite = Extract<PayoutAnswer, { kind: 'paid' | 'refused' }>;

class PayoutRun {
  private view: contract.PayoutItemView = { state: 'reserved', waitsFor: 'the provider' };
  private hints = 0;
  private hintsHeard = 0;
  private decisions = 0;
  /** Of both, when Postgres was last read: what came since may have changed what was read. */
  private readAt = { hints: 0, decisions: 0 };
  private lostSends = 0;
  /** The provider has been proved to know nothing of an earlier send. */
  private wasAbsent = false;

  constructor(private readonly input: contract.PayoutItemInput) {
    setHandler(contract.payoutState, () => this.view);
    setHandler(contract.providerEvent, () => {
      this.hints += 1;
    });
    setHandler(contract.reviewDecided, () => {
      this.decisions += 1;
    });
  }

  async run(): Promise<contract.PayoutItemResult> {
    // Nearly always the first send is due: the activity itself reads how things stand and refuses when they do not.
    let standing = await this.send(1);
    for (;;) {
      switch (standing.kind) {
        case 'ended':
          return this.end(standing.state, standing.reason);
        case 'not_sent':
          return this.end('not_sent', standing.reason);
        case 'to_send':
          standing = await this.send(standing.send);
          break;
        case 'sent':
          standing = await this.follow(standing);
          break;
        case 'review':
          standing = await this.waitForPeople(standing);
          break;
      }
      if (workflowInfo().historyLength > RENEW_AT)
        await continueAsNew<typeof payoutItem>(this.input);
    }
  }

  private open(): Promise<Standing> {
    this.readAt = { hints: this.hints, decisions: this.decisions };
    return itemBooks.openPayout(this.opening());
  }

  private opening(): { payoutId: string; stoppedPollMs: number } {
    const { payoutId, timing } = this.input;
    return { payoutId, stoppedPollMs: timing.stoppedPollMs ?? STOPPED_POLL_MS };
  }

  /** One attempt. Without an answer Postgres says whether it left: `to_send` again means that nothing did. */
  private async send(send: number, before?: Sent): Promise<Standing> {
    this.say('submitting', "the provider's answer");
    const answer = await this.trySend(send);
    switch (answer?.kind) {
      case 'paid':
      case 'refused':
        return this.settle(answer);
      case 'accepted':
      case 'unknown': {
        const now = new Date(Date.now()).toISOString();
        const { maySendAgain = false } = answer;
        const firstSentAt = before?.firstSentAt ?? now;
        return { kind: 'sent', sends: send, firstSentAt, lastSentAt: now, maySendAgain };
      }
      case 'stopped':
        return this.waitForTurn('the payout stop to be lifted');
      case 'not_now':
      case 'review':
      case 'not_found':
        return this.waitForTurn();
      case undefined:
        return this.afterLostSend();
    }
  }

  private async trySend(send: number): Promise<PayoutAnswer | undefined> {
    const { payoutId, timing } = this.input;
    try {
      return await payoutSends(timing).submitPayout({ payoutId, send });
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
      return undefined;
    }
  }

  private waitForTurn(waitsFor = 'its turn'): Promise<Standing> {
    this.say('reserved', waitsFor);
    return this.open();
  }

  private async afterLostSend(): Promise<Standing> {
    this.lostSends += 1;
    const standing = await this.waitForTurn();
    if (standing.kind !== 'to_send') return standing;
    if (this.lostSends >= LOST_SENDS) return this.flag('send_failed');
    await sleep(this.input.timing.statusFirstMs);
    return standing;
  }

  /** Asks until there is a definite answer, proof that a further send is safe, or the clock has run out. */
  private async follow(sent: Sent): Promise<Standing> {
    const { notFoundWaitMs, unknownGiveUpMs } = this.input.timing;
    const deadline = Date.parse(sent.firstSentAt) + unknownGiveUpMs;
    let absentFrom: number | 'never' = Date.parse(sent.lastSentAt) + notFoundWaitMs;
    let absences = 0;
    while (Date.now() < deadline) {
      const answer = await this.ask(absentFrom, deadline);
      switch (answer?.kind) {
        case 'paid':
        case 'refused':
          return this.settle(answer);
        case 'not_found':
          absences += 1;
          if (absences >= 2 && sent.maySendAgain) return this.sendAgain(sent, deadline);
          absentFrom = absences >= 2 ? 'never' : Date.now() + notFoundWaitMs;
          break;
        case undefined:
          break;
        default:
          return this.open();
      }
    }
    return this.flag(absences > 0 || this.wasAbsent ? 'provider_never_booked' : 'provider_silent');
  }

  /** Undefined: a hint came, or the time is over. A question without an answer repeats itself without history. */
  private async ask(
    absentFrom: number | 'never',
    deadline: number,
  ): Promise<PayoutAnswer | undefined> {
    this.say('unknown', "the provider's word on what became of it");
    const { payoutId, timing } = this.input;
    const scope = new CancellationScope();
    const question = scope.run(() =>
      payoutQuestions(timing, deadline - Date.now()).checkPayout({
        payoutId,
        absentFrom: absentFrom === 'never' ? 'never' : new Date(absentFrom).toISOString(),
        firstMs: timing.statusFirstMs,
        maxMs: timing.statusMaxMs,
      }),
    );
    let isOver = false;
    const answered = question.then(
      (answer) => {
        isOver = true;
        return answer;
      },
      async (failure: unknown) => {
        if (!(failure instanceof ActivityFailure) && !isCancellation(failure)) {
          isOver = true;
          throw failure;
        }
        // The server gives up a little early when the next question would come after the end: that time is waited out.
        const leftMs = deadline - Date.now();
        if (!isCancellation(failure) && leftMs > 0)
          await sleep(Math.min(timing.statusMaxMs, leftMs));
        isOver = true;
        return undefined;
      },
    );
    await condition(() => isOver || this.hasHint());
    if (!isOver) {
      this.hintsHeard += 1;
      this.readAt.hints = this.hints;
      scope.cancel();
    }
    return answered;
  }

  private hasHint(): boolean {
    return this.hints > this.readAt.hints && this.hintsHeard < HINTS_HEARD;
  }

  /** Absence is proved. A stop holds this send up too, but not the clock. */
  private async sendAgain(sent: Sent, deadline: number): Promise<Standing> {
    let now: Standing;
    try {
      const gate = boundedOpen(deadline - Date.now());
      now = await gate.openPayout({ ...this.opening(), resend: true });
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
      return this.flag('provider_never_booked');
    }
    this.wasAbsent = true;
    if (now.kind !== 'sent' || now.sends !== sent.sends || !now.maySendAgain) return now;
    return this.send(sent.sends + 1, sent);
  }

  private async settle(answer: Definite): Promise<Standing> {
    const { payoutId } = this.input;
    try {
      const settled = await itemBooks.settlePayout({ payoutId, answer });
      if (settled.state === 'review') return await this.open();
      return { kind: 'ended', state: settled.state, reason: settled.reason };
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
      // The books refuse it (the reserve is resolved already, a rule of the ledger): people look, nothing is retried.
      return this.flag('books_refused');
    }
  }

  private async flag(reason: string): Promise<Standing> {
    await itemBooks.flagPayout({ payoutId: this.input.payoutId, reason });
    return this.open();
  }

  /** For as long as it takes, without a timer and without history. A hint only makes the provider's word visible. */
  private async waitForPeople(review: Review): Promise<Standing> {
    const { payoutId } = this.input;
    this.say('review', 'two people; the reserve is kept');
    if (review.reviewId !== null) {
      const { reviewId } = review;
      const pauseMs = await this.execute(reviewId);
      if (pauseMs > 0) await sleep(pauseMs);
      return this.open();
    }
    await condition(() => this.decisions > this.readAt.decisions || this.hints > this.readAt.hints);
    if (this.hints > this.readAt.hints) await itemBooks.lookAtPayout({ payoutId });
    return this.open();
  }

  /** How long to wait before looking again: a new attempt needs two "not found" apart. */
  private async execute(reviewId: string): Promise<number> {
    const { payoutId, timing } = this.input;
    try {
      const { notFoundWaitMs: absentWaitMs } = timing;
      const done = await itemBooks.executeReview({ payoutId, reviewId, absentWaitMs });
      return done.kind === 'again' ? done.afterMs : 0;
    } catch (failure) {
      if (!(failure instanceof ActivityFailure) || isCancellation(failure)) throw failure;
      return timing.statusMaxMs;
    }
  }

  private end(
    state: contract.PayoutItemResult['state'],
    reason: string | null,
  ): contract.PayoutItemResult {
    this.say(state, 'nothing');
    return { state, reason };
  }

  private say(state: string, waitsFor: string): void {
    this.view = { state, waitsFor };
    setCurrentDetails(describePayout(this.view, this.input.payoutId));
  }
}
