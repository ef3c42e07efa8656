import type { PayoutProvider, PayoutRequest } from '../../adapters/ports';
import { eventually } from './sandboxHarness';

/** What a fake or a partner's test stand must let the suite do. */
export type ConformanceSubject = {
  provider(): PayoutProvider;
  request(more?: Partial<PayoutRequest>): PayoutRequest;
  /** The next creation is booked and never answered. */
  loseNextAnswer(): Promise<void>;
  /** The next creation is refused. */
  refuseNext(): Promise<void>;
  /** Money movements under a reference in the provider's own book. */
  movements(reference: string): Promise<number>;
  today(): string;
  /** A token the provider issued for a usable card, with its last four digits. */
  issueToken(): Promise<{ readonly token: string; readonly last4: string }>;
};

/** The promises of the PayoutProvider port: every adapter passes the same suite. */
export function payoutConformance(name: string, subject: ConformanceSubject): void {
  const settled = (reference: string) =>
    eventually(
      () => subject.provider().status(reference),
      (outcome) => outcome.kind !== 'processing',
    );

  describe(`${name} keeps the payout port’s promises`, () => {
    it('pays once and tells the amount', async () => {
      const request = subject.request();
      const sent = await subject.provider().ensurePayout(request);
      expect(['accepted', 'paid']).toContain(sent.kind);
      expect(await settled(request.reference)).toMatchObject({
        kind: 'paid',
        amount: request.amount,
      });
      expect(await subject.movements(request.reference)).toBe(1);
    });

    it('the same request again, in turn and at once, moves nothing more', async () => {
      const request = subject.request();
      await subject.provider().ensurePayout(request);
      const repeats = Array.from({ length: 8 }, () => subject.provider().ensurePayout(request));
      const kinds = new Set((await Promise.all(repeats)).map((outcome) => outcome.kind));
      expect([...kinds].every((kind) => kind === 'accepted' || kind === 'paid')).toBe(true);
      expect(await subject.movements(request.reference)).toBe(1);
    });

    it('a lost answer is unknown, and then found by reference', async () => {
      const request = subject.request();
      await subject.loseNextAnswer();
      expect((await subject.provider().ensurePayout(request)).kind).toBe('unknown');
      expect((await settled(request.reference)).kind).toBe('paid');
      expect(['accepted', 'paid']).toContain((await subject.provider().ensurePayout(request)).kind);
      expect(await subject.movements(request.reference)).toBe(1);
    });

    it('a refusal is definite, has a code, and stays', async () => {
      const request = subject.request();
      await subject.refuseNext();
      const first = await subject.provider().ensurePayout(request);
      expect(first).toMatchObject({ kind: 'refused', code: expect.stringMatching(/^[a-z_]+$/) });
      expect(await subject.provider().ensurePayout(request)).toEqual(first);
      expect(await subject.movements(request.reference)).toBe(0);
    });

    it('describes the tokens it issued, and no others', async () => {
      const { token, last4 } = await subject.issueToken();
      expect(await subject.provider().describeToken(token)).toMatchObject({
        kind: 'card',
        last4,
        state: 'active',
      });
      const forged = `${token.slice(0, -4)}${token.endsWith('0000') ? '1111' : '0000'}`;
      expect(await subject.provider().describeToken(forged)).toEqual({ kind: 'not_found' });
    });

    it('an unknown reference is not found', async () => {
      expect(await subject.provider().status('pay_never_sent')).toEqual({ kind: 'not_found' });
    });

    it('another amount under a used reference never counts as success', async () => {
      const request = subject.request();
      await subject.provider().ensurePayout(request);
      const other = { ...request, amount: request.amount + 1n };
      const outcome = await subject.provider().ensurePayout(other);
      expect(outcome.kind === 'unknown' || outcome.kind === 'paid').toBe(true);
      if (outcome.kind === 'paid') expect(outcome.amount).toBe(request.amount);
      expect(await subject.movements(request.reference)).toBe(1);
    });

    it('the day’s statement holds the payout, and the balance went down by it', async () => {
      const before = await subject.provider().balance();
      const request = subject.request({ amount: 12_345n });
      await subject.provider().ensurePayout(request);
      await settled(request.reference);
      const statement = await subject.provider().statement(subject.today());
      if (statement.kind !== 'statement') throw new Error(statement.cause);
      expect(
        statement.entries.filter((entry) => entry.reference === request.reference),
      ).toMatchObject([{ amount: 12_345n, state: 'paid' }]);
      const after = await subject.provider().balance();
      if (before.kind !== 'balance' || after.kind !== 'balance') throw new Error('no balance');
      expect(before.amount - after.amount).toBe(12_345n);
    });
  });
}
