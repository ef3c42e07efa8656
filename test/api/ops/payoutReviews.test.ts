import { randomUUID } from 'node:crypto';

import { startHarness, type Harness } from '../harness';
import { signedIn, type Person } from '../people';
import { addRun, send, type Told } from './desk';

let api: Harness;
let maker: Person;
let checker: Person;
let auditor: Person;
beforeAll(async () => {
  api = await startHarness();
  [maker, checker, auditor] = [
    await signedIn(api, 'ops_maker', 'ops'),
    await signedIn(api, 'ops_checker', 'ops'),
    await signedIn(api, 'ops_auditor', 'ops'),
  ];
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

/** A payout in review; each of another person, because one person has one open payout. */
async function inReview(told?: { id: string; amount: bigint }): Promise<string> {
  const { payoutId } = await addRun(api, await api.world(), 'done', 'review');
  await api.owner.query(
    `update payouts set reason_code = $2, provider = 'wooppay', provider_reference = $3, provider_tiyn = $4,
            told_state = case when $3::text is null then null else 'paid' end, told_at = case when $3::text is null then null else now() end
      where id = $1`,
    [
      payoutId,
      told ? 'provider_amount_differs' : 'provider_silent',
      told?.id ?? null,
      told?.amount ?? null,
    ],
  );
  return payoutId;
}

const reviewOf = (payoutId: string, rest = ''): string => `/v1/payouts/${payoutId}/review${rest}`;
const propose = (payoutId: string, body: object, who = maker, key?: string): Promise<Told> =>
  send(
    api,
    who,
    'POST',
    reviewOf(payoutId, '/proposals'),
    { reason: 'statement of the 3rd', ...body },
    key,
  );
const decide = (
  payoutId: string,
  reviewId: unknown,
  decision: string,
  who = checker,
  key?: string,
): Promise<Told> =>
  send(
    api,
    who,
    'POST',
    reviewOf(payoutId, `/proposals/${String(reviewId)}/decision`),
    { decision },
    key,
  );
const code = (told: Told): unknown => [told.status, told.body['code']];

const messages = async (payoutId: string): Promise<unknown[]> =>
  (
    await api.owner.query<{ payload: unknown }>(
      `select payload from outbox where topic = 'payout.item' and subject_id = $1 order by id`,
      [payoutId],
    )
  ).rows.map((row) => row.payload);

test('a review shows the reason, the provider’s id and amount; a maker proposes, a checker confirms, once', async () => {
  const payoutId = await inReview({ id: '700000099', amount: 69_900n });
  const seen = await send(api, auditor, 'GET', reviewOf(payoutId));
  expect(seen).toMatchObject({
    status: 200,
    body: {
      payout_id: payoutId,
      reason: { code: 'provider_amount_differs' },
      told: { state: 'paid', provider_reference: '700000099', amount: '699.00' },
      proposal: null,
      allowed: [],
    },
  });
  const key = randomUUID();
  const body = { way_out: 'paid', provider_reference: '700000099', paid: '699.00' };
  const proposed = await propose(payoutId, body, maker, key);
  expect(proposed).toMatchObject({ status: 201, body: { state: 'proposed', paid: '699.00' } });
  expect((await propose(payoutId, body, maker, key)).body).toEqual(proposed.body);
  expect(code(await propose(payoutId, body))).toEqual([409, 'review_open']);
  expect(await messages(payoutId)).toEqual([]);

  const stuck = await send(api, auditor, 'GET', '/v1/ops/stuck?kind=payout_review&limit=100');
  const item = (stuck.body['items'] as Record<string, unknown>[]).find(
    (one) => one['subject_id'] === payoutId,
  );
  expect(item).toMatchObject({
    note: 'paid proposed',
    can_do: expect.arrayContaining(['decide_way_out']),
  });
  const summary = await send(api, auditor, 'GET', '/v1/ops/summary');
  expect((summary.body['to_do'] as Record<string, number>)['ways_out_to_decide']).toBeGreaterThan(
    0,
  );
  expect((await send(api, checker, 'GET', reviewOf(payoutId))).body['allowed']).toEqual([
    'decide',
    'look',
  ]);

  const reviewId = proposed.body['id'];
  const decision = randomUUID();
  const confirmed = await decide(payoutId, reviewId, 'confirm', checker, decision);
  expect(confirmed).toMatchObject({
    status: 200,
    body: { state: 'confirmed', decided_by: { id: checker.userId } },
  });
  expect((await decide(payoutId, reviewId, 'confirm', checker, decision)).body).toEqual(
    confirmed.body,
  );
  expect(code(await decide(payoutId, reviewId, 'refuse'))).toEqual([409, 'review_decided']);
  expect(await messages(payoutId)).toEqual([{ batchId: expect.any(String), reviewId }]);
  const audit = await api.owner.query<{ action: string }>(
    'select action from audit_log where subject_id = $1 order by id',
    [payoutId],
  );
  expect(audit.rows.map((row) => row.action)).toEqual([
    'payout.propose_way_out',
    'payout.confirm_way_out',
  ]);
  // The payee sees the reason, and nothing of what colleagues wrote.
  const { body: own } = await send(api, auditor, 'GET', `/v1/payouts/${payoutId}`);
  expect(own['way_out']).toMatchObject({ id: reviewId, reason: 'statement of the 3rd' });
});

test('refused by the checker, another way out may be proposed', async () => {
  const payoutId = await inReview();
  const first = await propose(payoutId, { way_out: 'void' });
  const refused = await decide(payoutId, first.body['id'], 'refuse');
  expect(refused.body).toMatchObject({ state: 'refused' });
  expect(await messages(payoutId)).toEqual([]);
  expect((await propose(payoutId, { way_out: 'resend' })).status).toBe(201);
  const { body } = await send(api, maker, 'GET', reviewOf(payoutId));
  expect(body).toMatchObject({
    proposal: { way_out: 'resend' },
    earlier: [{ way_out: 'void', state: 'refused' }],
  });
});

test('nobody confirms what they proposed or asked for, not even after a change of role; the database refuses it too', async () => {
  const payoutId = await inReview();
  const { body } = await propose(payoutId, { way_out: 'void' });
  expect(code(await decide(payoutId, body['id'], 'confirm', maker))).toEqual([
    403,
    'scope_forbidden',
  ]);
  expect(code(await propose(payoutId, { way_out: 'void' }, checker))).toEqual([
    403,
    'scope_forbidden',
  ]);
  // The maker became a checker since: as if the row were the checker's own.
  await api.owner.query('update payout_reviews set proposed_by = $2 where id = $1', [
    body['id'],
    checker.userId,
  ]);
  expect(code(await decide(payoutId, body['id'], 'confirm'))).toEqual([
    403,
    'approver_is_requester',
  ]);
  await expect(
    api.owner.query(
      `update payout_reviews set state = 'confirmed', decided_by = proposed_by, decided_at = now(), factor_at = now() where id = $1`,
      [body['id']],
    ),
  ).rejects.toThrow('payout_reviews_four_eyes');
  await api.owner.query('update payout_reviews set proposed_by = $2 where id = $1', [
    body['id'],
    maker.userId,
  ]);
  await api.owner.query('update payouts set requested_by = $2 where id = $1', [
    payoutId,
    checker.userId,
  ]);
  expect(code(await decide(payoutId, body['id'], 'confirm'))).toEqual([
    403,
    'approver_is_requester',
  ]);
  expect(await messages(payoutId)).toEqual([]);
});

test('a stale factor neither proposes nor confirms', async () => {
  const payoutId = await inReview();
  const [staleMaker, staleChecker] = [
    await signedIn(api, 'ops_maker', 'ops', 601_000),
    await signedIn(api, 'ops_checker', 'ops', 601_000),
  ];
  expect(code(await propose(payoutId, { way_out: 'void' }, staleMaker))).toEqual([
    403,
    'factor_required',
  ]);
  const { body } = await propose(payoutId, { way_out: 'void' });
  expect(code(await decide(payoutId, body['id'], 'confirm', staleChecker))).toEqual([
    403,
    'factor_required',
  ]);
});

test.each([
  ['void, though the provider said paid', { way_out: 'void' }, 'provider_says_otherwise'],
  ['sent anew, though the provider said paid', { way_out: 'resend' }, 'provider_says_otherwise'],
  [
    'paid with another amount than the provider said',
    { way_out: 'paid', provider_reference: '700000098', paid: '700.00' },
    'provider_says_otherwise',
  ],
  [
    'paid under another id than the provider said',
    { way_out: 'paid', provider_reference: '1', paid: '699.00' },
    'provider_says_otherwise',
  ],
])('against the provider’s word nothing is proposed: %s', async (_what, body, problem) => {
  const id = '700000098';
  await api.owner.query(
    'update payouts set provider_reference = null where provider_reference = $1',
    [id],
  );
  const payoutId = await inReview({ id, amount: 69_900n });
  expect(code(await propose(payoutId, body))).toEqual([409, problem]);
});

test('what is not there, not in review, above nothing, or another payout’s, is refused with its code', async () => {
  const payoutId = await inReview();
  const paid = (provider_reference: string, amount: string): object => ({
    way_out: 'paid',
    provider_reference,
    paid: amount,
  });
  expect(code(await propose(payoutId, paid('9', '0')))).toEqual([422, 'paid_amount_invalid']);
  await inReview({ id: 'taken-1', amount: 1n });
  expect(code(await propose(payoutId, paid('taken-1', '700.00')))).toEqual([
    409,
    'provider_id_taken',
  ]);
  expect(code(await propose('pay_0000000000', { way_out: 'void' }))).toEqual([
    404,
    'payout_not_found',
  ]);
  const { payoutId: paidOne } = await addRun(api, await api.world(), 'done', 'paid');
  expect(code(await propose(paidOne, { way_out: 'void' }))).toEqual([409, 'payout_not_in_review']);
  expect(code(await decide(payoutId, 'prv_0000000000', 'confirm'))).toEqual([
    404,
    'review_not_found',
  ]);
  const other = await propose(await inReview(), { way_out: 'void' });
  expect(code(await decide(payoutId, other.body['id'], 'confirm'))).toEqual([
    404,
    'review_not_found',
  ]);
});

test('twenty proposals at once are one, twenty decisions at once are one message', async () => {
  const payoutId = await inReview();
  const made = await Promise.all(
    Array.from({ length: 20 }, () => propose(payoutId, { way_out: 'void' })),
  );
  expect(made.map((told) => told.status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
  const { body } = made.find((told) => told.status === 201)!;
  const decided = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      decide(payoutId, body['id'], i % 2 ? 'confirm' : 'refuse'),
    ),
  );
  expect(decided.filter((told) => told.status === 200)).toHaveLength(1);
  const isYes = decided.find((told) => told.status === 200)!.body['state'] === 'confirmed';
  expect(await messages(payoutId)).toHaveLength(isYes ? 1 : 0);
});

test('a look asks the provider, at most once in ten seconds', async () => {
  const payoutId = await inReview();
  const look = (): Promise<Told> => send(api, maker, 'POST', reviewOf(payoutId, '/look'));
  expect(await look()).toMatchObject({ status: 202, body: { asked: true } });
  expect(await look()).toMatchObject({ status: 202, body: { asked: false } });
  expect(await messages(payoutId)).toHaveLength(1);
});

test('a callback about a known, an unknown and a settled payout gets one answer; only the known one is kept, and not in a storm', async () => {
  const { payoutId: known } = await addRun(api, await api.world(), 'done', 'unknown');
  const { payoutId: settled } = await addRun(api, await api.world(), 'done', 'paid');
  const call = async (reference: string): Promise<unknown[]> => {
    const response = await fetch(`${api.url}/v1/callbacks/wooppay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reference_id: reference, status: 4, amount: 1 }),
    });
    return [response.status, (await response.json()) as unknown];
  };
  const answers = [await call(known), await call('pay_unknown'), await call(settled)];
  expect(answers).toEqual(Array(3).fill([202, { received: true }]));
  await Promise.all(Array.from({ length: 30 }, () => call(known)));
  expect(await messages(known)).toEqual([
    { batchId: expect.any(String), eventId: expect.any(String) },
  ]);
  const { rows } = await api.owner.query('select reference from provider_callbacks');
  expect(rows).toEqual([{ reference: known }]);
  // However patient the storm is: twenty a day.
  for (let i = 0; i < 25; i += 1) {
    await api.owner.query(
      `update payouts set hinted_at = hinted_at - interval '1 minute' where id = $1`,
      [known],
    );
    await call(known);
  }
  expect(await messages(known)).toHaveLength(20);
});

test('the list has those in review, the longest waiting first, a page at a time', async () => {
  const all: unknown[] = [];
  for (let cursor = ''; ;) {
    const { body } = await send(api, auditor, 'GET', `/v1/ops/payout-reviews?limit=3${cursor}`);
    all.push(...(body['items'] as Record<string, unknown>[]));
    if (body['next_cursor'] === null) break;
    cursor = `&cursor=${body['next_cursor'] as string}`;
  }
  const { rows } = await api.owner.query<{ id: string }>(
    `select id from payouts where state = 'review' order by updated_at, id`,
  );
  expect(all.map((one) => (one as Record<string, unknown>)['payout_id'])).toEqual(
    rows.map((row) => row.id),
  );
});
