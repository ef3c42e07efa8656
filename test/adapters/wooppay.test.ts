import { mkdtempSync, readFileSync, appendFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wooppayConfig } from '../../adapters/wooppay';
import { payoutConformance } from './payoutConformance';
import {
  bookRow,
  eventually,
  payout,
  startHarness,
  wooppayAt,
  type Harness,
} from './sandboxHarness';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());
beforeEach(() => harness.control('/reset', {}));

const turn = (mode: string, more: object = {}) =>
  harness.control('/wooppay/dial', { mode, count: 1, ...more });
const almatyToday = () => new Date(Date.now() + 5 * 3_600_000).toISOString().slice(0, 10);

payoutConformance('wooppay', {
  provider: () => harness.wooppay,
  request: payout,
  loseNextAnswer: async () => {
    await turn('timeout_after_accept');
  },
  refuseNext: async () => {
    await turn('refuse');
  },
  movements: async (reference) => {
    const state = (await bookRow(harness, reference))?.state;
    return state === 'paid' || state === 'processing' ? 1 : 0;
  },
  today: almatyToday,
  issueToken: async () => {
    const card = (await harness.control('/wooppay/tokens', {})) as Record<string, string>;
    return { token: card['card_token'] ?? '', last4: card['last4'] ?? '' };
  },
});

describe('each dial, first send and what is seen after', () => {
  it.each([
    ['ok', {}, { kind: 'paid', amount: 70_000n }, { kind: 'paid' }, 'paid'],
    ['ok', { ms: 60_000 }, { kind: 'accepted' }, { kind: 'processing' }, 'processing'],
    [
      'timeout_after_accept',
      {},
      { kind: 'unknown', cause: 'submit:timeout' },
      { kind: 'paid' },
      'paid',
    ],
    [
      'timeout_before_accept',
      {},
      { kind: 'unknown', cause: 'submit:timeout' },
      { kind: 'not_found' },
      'not_booked',
    ],
    [
      'reset_after_accept',
      {},
      { kind: 'unknown', cause: 'submit:connection_reset' },
      { kind: 'paid' },
      'paid',
    ],
    [
      'garbled_after_accept',
      {},
      { kind: 'unknown', cause: 'submit:garbled_body' },
      { kind: 'paid' },
      'paid',
    ],
    [
      'http_500',
      {},
      { kind: 'unknown', cause: 'submit:http_500' },
      { kind: 'not_found' },
      'not_booked',
    ],
    [
      'http_500_after_accept',
      {},
      { kind: 'unknown', cause: 'submit:http_500' },
      { kind: 'paid' },
      'paid',
    ],
    [
      'refuse',
      { code: 'limit_exceeded', reason: 'Limit of card 4111 1111 1111 1111' },
      { kind: 'refused', code: 'limit_exceeded', reason: 'Limit of card •••••••••••••••••••' },
      { kind: 'refused', code: 'limit_exceeded' },
      'refused',
    ],
    [
      'accept_then_fail',
      { code: 'card_expired', ms: 0 },
      { kind: 'refused', code: 'card_expired' },
      { kind: 'refused', code: 'card_expired' },
      'failed',
    ],
    ['slow', { ms: 50 }, { kind: 'paid' }, { kind: 'paid' }, 'paid'],
    [
      'slow',
      { ms: 60_000 },
      { kind: 'unknown', cause: 'submit:timeout' },
      { kind: 'paid' },
      'paid',
    ],
    [
      'wrong_amount',
      {},
      { kind: 'paid', amount: 69_900n },
      { kind: 'paid', amount: 69_900n },
      'paid',
    ],
    [
      'wrong_amount',
      { amount: '1.00', ms: 60_000 },
      { kind: 'unknown', cause: 'submit:amount_mismatch' },
      { kind: 'processing' },
      'processing',
    ],
  ])('%s %j', async (mode, more, first, after, state) => {
    const request = payout();
    // `ok` for one reference is the plain answer with a settling time of its own.
    await turn(mode, mode === 'ok' ? { ...more, reference: request.reference } : more);
    expect(await harness.wooppay.ensurePayout(request)).toMatchObject(first);
    expect(await harness.wooppay.status(request.reference)).toMatchObject(after);
    expect(await bookRow(harness, request.reference)).toMatchObject({ state, submits: 1 });
  });

  it('accepted, then failed later', async () => {
    const request = payout();
    await turn('accept_then_fail', { ms: 300 });
    expect((await harness.wooppay.ensurePayout(request)).kind).toBe('accepted');
    const outcome = await eventually(
      () => harness.wooppay.status(request.reference),
      ({ kind }) => kind !== 'processing',
    );
    expect(outcome).toMatchObject({ kind: 'refused', code: 'card_blocked' });
  });

  it('not found, then found: the resend of the same reference pays once', async () => {
    const request = payout();
    await turn('not_found_then_found', { misses: 2 });
    expect(await harness.wooppay.ensurePayout(request)).toMatchObject({ kind: 'unknown' });
    expect(await harness.wooppay.status(request.reference)).toEqual({ kind: 'not_found' });
    expect(await harness.wooppay.ensurePayout(request)).toMatchObject({ kind: 'paid' });
    expect(await bookRow(harness, request.reference)).toMatchObject({
      submits: 2,
      amount: '700.00',
    });
  });

  it('a dial reaches only its reference or card, and runs out', async () => {
    const [aimed, other] = [payout(), payout()];
    await turn('refuse', { reference: aimed.reference });
    expect((await harness.wooppay.ensurePayout(other)).kind).toBe('paid');
    expect((await harness.wooppay.ensurePayout(aimed)).kind).toBe('refused');
    const instrument = { token: 'tok_special', last4: '2222' };
    await turn('refuse', { destination: 'tok_special', count: 1 });
    expect((await harness.wooppay.ensurePayout(payout())).kind).toBe('paid');
    expect((await harness.wooppay.ensurePayout(payout({ instrument }))).kind).toBe('refused');
    expect((await harness.wooppay.ensurePayout(payout({ instrument }))).kind).toBe('paid');
    expect(await harness.read('/control/wooppay/dial')).toEqual({ dials: [] });
  });

  it.each([
    ['tok_refuse_1', 'refused', 'refused'],
    ['tok_fail_1', 'refused', 'refused'],
    ['tok_timeout_1', 'unknown', 'paid'],
    ['tok_lost_1', 'unknown', 'paid'],
    ['tok_wrong_1', 'paid', 'paid'],
  ])('the card %s: %s, sent again %s', async (token, first, second) => {
    const request = payout({ instrument: { token, last4: '0001' } });
    expect((await harness.wooppay.ensurePayout(request)).kind).toBe(first);
    expect((await harness.wooppay.ensurePayout(request)).kind).toBe(second);
  });
});

describe('sessions and requests', () => {
  it('an expired session logs in again and repeats the call once', async () => {
    await harness.wooppay.ensurePayout(payout());
    await harness.control('/wooppay/expire-sessions', {});
    const request = payout();
    expect((await harness.wooppay.ensurePayout(request)).kind).toBe('paid');
    expect(await bookRow(harness, request.reference)).toMatchObject({ submits: 1 });
  });

  it('wrong credentials and a closed port send nothing and are unknown', async () => {
    const stranger = wooppayAt(harness.url, 'wrong');
    expect(await stranger.ensurePayout(payout())).toEqual({ kind: 'unknown', cause: 'login:auth' });
    expect(await stranger.balance()).toEqual({ kind: 'unknown', cause: 'login:auth' });
    const gone = await startHarness();
    await gone.close();
    const outcome = { kind: 'unknown', cause: 'login:not_connected' };
    expect(await gone.wooppay.ensurePayout(payout())).toEqual(outcome);
    expect(await gone.wooppay.status('pay_x')).toEqual(outcome);
    expect(await gone.wooppay.statement('2026-11-23')).toEqual(outcome);
  });

  it.each([
    [{ amount: 0n }, 'invalid_amount'],
    [{ amount: -1n }, 'invalid_amount'],
    [{ reference: 'no spaces' }, 'invalid_reference'],
    [{ instrument: { token: '', last4: '1111' } }, 'invalid_instrument'],
    [{ instrument: { token: '4111111111111111', last4: '1111' } }, 'card_number_refused'],
    [{ description: 'to 4111 1111 1111 1111' }, 'card_number_refused'],
  ])('%j never leaves us: %s', async (more, code) => {
    expect(await harness.wooppay.ensurePayout(payout(more))).toMatchObject({
      kind: 'refused',
      code,
    });
    expect(await harness.read('/control/wooppay/book')).toMatchObject({ payouts: [] });
  });

  it('an empty account refuses with a code', async () => {
    await harness.control('/wooppay/balance', { amount: '699.99' });
    expect(await harness.wooppay.ensurePayout(payout())).toMatchObject({
      kind: 'refused',
      code: 'insufficient_balance',
    });
    expect(await harness.wooppay.balance()).toEqual({ kind: 'balance', amount: 69_999n });
  });

  it('a statement longer than a page is read to its end', async () => {
    // Patient: a lost answer on a busy machine is no matter of this test.
    const patient = wooppayAt(harness.url, 'sandbox', 5_000);
    const requests = Array.from({ length: 501 }, () => payout({ amount: 1n }));
    for (let i = 0; i < requests.length; i += 50) {
      await Promise.all(requests.slice(i, i + 50).map((request) => patient.ensurePayout(request)));
    }
    const statement = await patient.statement(almatyToday());
    expect(statement.kind === 'statement' && statement.entries.length).toBe(501);
  });

  it('reads its settings from the environment', () => {
    const env = {
      WOOPPAY_URL: 'http://127.0.0.1:1/wooppay/v1/',
      WOOPPAY_LOGIN: 'a',
      WOOPPAY_PASSWORD: 'b',
    };
    expect(wooppayConfig(env)).toMatchObject({
      baseUrl: 'http://127.0.0.1:1/wooppay/v1',
      timeoutMs: 10_000,
      operationMs: 12_000,
    });
    expect(() => wooppayConfig({ ...env, WOOPPAY_URL: 'http://pay.example/v1' })).toThrow(/https/);
    expect(() => wooppayConfig({ ...env, WOOPPAY_URL: 'http://u:p@pay.example/v1' })).toThrow(
      /URL/,
    );
    const test = { ...env, GAMMA_MODE: 'test', WOOPPAY_URL: 'http://sandbox:8080/v1' };
    expect(wooppayConfig(test).baseUrl).toBe('http://sandbox:8080/v1');
  });
});

describe('the fake’s book', () => {
  it('outlives a restart and a torn last line', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gamma-sandbox-'));
    const durable = await startHarness({ SANDBOX_DIR: directory });
    try {
      const request = payout();
      await durable.control('/wooppay/dial', { mode: 'timeout_after_accept', count: 1 });
      expect((await durable.wooppay.ensurePayout(request)).kind).toBe('unknown');
      appendFileSync(join(directory, 'wooppay.jsonl'), '{"type":"accept","refer');
      await durable.restart();
      // Another process: pooled connections and the session are gone.
      const outcome = await eventually(
        () => durable.wooppay.ensurePayout(request),
        ({ kind }) => kind !== 'unknown',
      );
      expect(outcome.kind).toBe('paid');
      expect(await bookRow(durable, request.reference)).toMatchObject({
        state: 'paid',
        submits: 1,
      });
      await durable.wooppay.ensurePayout(payout());
      await durable.restart();
      const lines = readFileSync(join(directory, 'wooppay.jsonl'), 'utf8').trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
        'submit',
        'accept',
        'submit',
        'accept',
      ]);
    } finally {
      await durable.close();
      rmSync(directory, { recursive: true });
    }
  });

  it('refuses a bad dial with a reason', async () => {
    await expect(turn('explode')).rejects.toThrow(/mode must be one of/);
    await expect(harness.control('/wooppay/dial', { mode: 'ok', count: -1 })).rejects.toThrow(
      /count/,
    );
    await expect(harness.control('/wooppay/nothing', {})).rejects.toThrow(/404/);
  });
});
