import { randomBytes, randomUUID } from 'node:crypto';

import { order, postback, startHarness, type Harness, type World } from '../harness';
import { signedIn, type Person } from '../people';
import { addRun, send } from './desk';

let api: Harness;
let world: World;
let maker: Person;
let checker: Person;
let auditor: Person;
beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
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

test('runs are listed newest first, a page at a time, each once', async () => {
  const made: string[] = [];
  for (let i = 0; i < 5; i += 1)
    made.unshift((await addRun(api, await api.world(), 'done', 'paid')).batchId);
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const page = await send(api, auditor, 'GET', `/v1/payout-batches?limit=2${cursor}`);
    seen.push(...(page.body['items'] as { id: string }[]).map((run) => run.id));
    if (page.body['next_cursor'] === null) break;
    cursor = `&cursor=${page.body['next_cursor'] as string}`;
  }
  expect(seen).toEqual(made);
  const none = await send(api, auditor, 'GET', '/v1/payout-batches?state=expired');
  expect(none.body).toEqual({ items: [], next_cursor: null });
});

test.each([
  ['another list', ['bat_1']],
  ['no time', ['yesterday', 'bat_1']],
  ['a day that is not', ['2026-02-31T00:00:00.000000Z', 'bat_1']],
  ['a year the database does not have', ['0000-01-01T00:00:00.000000Z', 'bat_1']],
])('a cursor of %s is refused', async (_what, keys) => {
  const cursor = Buffer.from(JSON.stringify(keys)).toString('base64url');
  const told = await send(api, auditor, 'GET', `/v1/payout-batches?cursor=${cursor}`);
  expect(told).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
});

test('an item shows money, tax and whom it goes to; what a reader may do depends on who they are', async () => {
  const { batchId, payoutId } = await addRun(api, world, 'frozen', 'reserved');
  await api.owner.query(
    `update payout_batches set prepared_by = $2, prepared_at = now() where id = $1`,
    [batchId, maker.userId],
  );
  const items = await send(api, auditor, 'GET', `/v1/payout-batches/${batchId}/items`);
  expect(items.body['items']).toMatchObject([
    {
      payout_id: payoutId,
      influencer: { id: world.influencerId, name: 'Author' },
      amounts: { gross: '1000.00', fee: '200.00', amount: '800.00', tax: '100.00', net: '700.00' },
      withholdings: [{ component: 'demo_flat', base: '1000.00', amount: '100.00' }],
      instrument_last4: '1234',
      workflow_url: null,
    },
  ]);
  const allowed = async (who: Person): Promise<unknown> =>
    (await send(api, who, 'GET', `/v1/payout-batches/${batchId}`)).body['allowed'];
  expect([await allowed(maker), await allowed(checker), await allowed(auditor)]).toEqual([
    ['exclude', 'restart', 'reopen', 'close'],
    ['approve', 'restart', 'close'],
    [],
  ]);
  await api.owner.query('update payouts set requested_by = $2 where id = $1', [
    payoutId,
    checker.userId,
  ]);
  expect(await allowed(checker)).toEqual(['restart', 'close']);
  // The database itself refuses one person in both places.
  await expect(
    api.owner.query(
      'update payout_batches set approved_by = $2, approved_at = now() where id = $1',
      [batchId, maker.userId],
    ),
  ).rejects.toThrow('payout_batches_four_eyes');
});

test('without Temporal a run cannot be changed, and says so', async () => {
  const { batchId, payoutId } = await addRun(api, await api.world(), 'frozen', 'reserved');
  const path = `/v1/payout-batches/${batchId}`;
  for (const told of [
    await send(api, maker, 'POST', `${path}/prepare`),
    await send(api, maker, 'POST', `${path}/items/${payoutId}/exclude`, { reason: 'a test' }),
  ])
    expect(told).toMatchObject({ status: 503, body: { code: 'temporal_unavailable' } });
});

test('what is stuck is listed with its age, its reason and what can be done', async () => {
  const { payoutId, batchId } = await addRun(api, await api.world(), 'approved', 'unknown');
  const told = await send(api, auditor, 'GET', '/v1/ops/stuck?kind=payout_unknown');
  const items = told.body['items'] as Record<string, unknown>[];
  const item = items.find((one) => one['subject_id'] === payoutId);
  expect(item).toMatchObject({
    reason: { code: 'provider_unknown' },
    amount: '700.00',
    batch_id: batchId,
    can_do: ['wait', 'ask_provider'],
  });
  expect(item!['age_seconds']).toBeGreaterThanOrEqual(3_600);
  expect(told.body['counts']).toMatchObject({ payout_unknown: items.length });
  const young = await send(
    api,
    auditor,
    'GET',
    '/v1/ops/stuck?kind=payout_unknown&older_than_seconds=7200',
  );
  expect(young.body['items']).toEqual([]);
});

test('orders that nothing moves, messages that do not go out: both are stuck', async () => {
  const told = await postback(api, world, order(api, world));
  const id = told.body['conversion_id'] as string;
  const kinds = async (): Promise<unknown[]> => {
    const { body } = await send(api, auditor, 'GET', '/v1/ops/stuck?limit=100');
    return (body['items'] as { subject_id: string; kind: string; note: string | null }[])
      .filter((item) => item.subject_id === id || item.note?.includes(id))
      .map((item) => item.kind);
  };
  expect(await kinds()).toEqual([]);
  await api.owner.query(
    `update conversions set updated_at = now() - interval '1 hour' where id = $1`,
    [id],
  );
  await api.owner.query(
    `update outbox set attempts = 9, created_at = now() - interval '1 hour' where subject_id = $1`,
    [id],
  );
  expect(await kinds()).toEqual(['outbox_failing']);
  await api.owner.query('delete from outbox where subject_id = $1', [id]);
  expect(await kinds()).toEqual(['conversion_not_started']);
  await api.owner.query(
    `update conversions set state = 'HELD', held_until = now() - interval '2 hours', reason_code = 'hold_running' where id = $1`,
    [id],
  );
  expect(await kinds()).toEqual(['conversion_overdue']);
  // An order that waits for its shop within its time is no standstill; after that a person looks.
  await api.owner.query(
    `update conversions set reason_code = 'waiting_for_shop', waits_since = now() - interval '20 days' where id = $1`,
    [id],
  );
  expect(await kinds()).toEqual([]);
  await api.owner.query(
    `update conversions set waits_since = now() - interval '91 days' where id = $1`,
    [id],
  );
  expect(await kinds()).toEqual(['conversion_overdue']);
  await api.owner.query(`update conversions set state = 'REVIEW' where id = $1`, [id]);
  expect(await kinds()).toEqual(['conversion_review']);
});

test('the summary counts what waits for people and says which engine is down', async () => {
  const told = await send(api, auditor, 'GET', '/v1/ops/summary');
  expect(told).toMatchObject({
    status: 200,
    body: {
      health: {
        postgres: { state: 'up' },
        redis: { state: 'up' },
        clickhouse: { state: 'not_configured' },
        temporal: { state: 'down', latency_ms: null },
      },
    },
  });
  const toDo = told.body['to_do'] as Record<string, number>;
  const oldest = told.body['oldest'] as Record<string, string | null>;
  // Only one of the frozen runs is prepared: the others wait for a maker.
  expect([toDo['runs_to_approve'], toDo['runs_to_prepare']! >= 1]).toEqual([1, true]);
  expect(Object.keys(oldest).sort()).toEqual(Object.keys(toDo).sort());
  // Since when: of each that waits, and of none that does not.
  for (const [name, since] of Object.entries(oldest))
    expect([name, since !== null]).toEqual([name, toDo[name]! > 0]);
  expect(Date.parse(oldest['runs_to_approve']!)).toBeLessThanOrEqual(Date.now() - 3_600_000);
});

test('conversions are found by their id, order number, click, influencer, programme, receipt and payout', async () => {
  const one = await api.world();
  const sent = order(api, one);
  const { body } = await postback(api, one, sent);
  const id = body['conversion_id'] as string;
  for (const query of [
    id,
    sent['transaction_id'],
    sent['click_id'],
    one.influencerId,
    one.programmeId,
    body['receipt_id'],
  ]) {
    const told = await send(
      api,
      auditor,
      'GET',
      `/v1/ops/conversions?query=${encodeURIComponent(String(query))}`,
    );
    expect((told.body['items'] as { id: string }[]).map((row) => row.id)).toEqual([id]);
  }
  const filtered = await send(api, auditor, 'GET', `/v1/ops/conversions?query=${id}&state=PAID`);
  expect(filtered.body['items']).toEqual([]);
  const later = await send(
    api,
    auditor,
    'GET',
    `/v1/ops/conversions?query=${id}&from=2100-01-01T00:00:00Z`,
  );
  expect(later.body['items']).toEqual([]);
  const leap = await send(api, auditor, 'GET', '/v1/ops/conversions?from=2016-12-31T23:59:60Z');
  expect([200, 400]).toContain(leap.status);
});

test('a conversion says what its reader may do with it now', async () => {
  const one = await api.world();
  const { body } = await postback(api, one, order(api, one));
  const id = body['conversion_id'] as string;
  const acted = (action: string, by: Person): Promise<unknown> =>
    api.owner.query(
      `insert into conversion_actions (conversion_id, action, reason, acted_by, update_id)
       values ($1, $2, 'a test', $3, $4)`,
      [id, action, by.userId, `${action} ${randomUUID()}`],
    );
  const is = (state: string): Promise<unknown> =>
    api.owner.query('update conversions set state = $2 where id = $1', [id, state]);
  const seen = async (who: Person): Promise<unknown> => {
    const told = await send(api, who, 'GET', `/v1/ops/conversions?query=${id}`);
    const [row] = told.body['items'] as { paused: boolean; allowed: string[] }[];
    return [row!.paused, row!.allowed.join(' ')];
  };
  const all = (): Promise<unknown[]> => Promise.all([maker, checker, auditor].map(seen));
  const nobody = [false, ''];
  expect(await all()).toEqual([nobody, nobody, nobody]);
  await is('HELD');
  expect(await all()).toEqual([[false, 'hold review'], [false, 'hold review'], nobody]);
  await acted('hold', maker);
  expect(await seen(checker)).toEqual([true, 'resume review']);
  await acted('resume', maker);
  expect(await seen(checker)).toEqual([false, 'hold review']);
  await acted('review', maker);
  await is('REVIEW');
  expect(await all()).toEqual([[false, 'cancel'], [false, 'release cancel'], nobody]);
  // Who sent it to review does not release it.
  await acted('review', checker);
  expect(await seen(checker)).toEqual([false, 'cancel']);
  await acted('cancel', maker);
  await api.owner.query(
    `update conversions set cancelled_by_action = (select max(id) from conversion_actions where conversion_id = $1)
      where id = $1`,
    [id],
  );
  expect(await all()).toEqual([nobody, nobody, nobody]);
  await is('PAYABLE');
  expect(await all()).toEqual([nobody, nobody, nobody]);
});

test('a page of conversions goes on where the last ended, though new ones come', async () => {
  const one = await api.world();
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1)
    ids.unshift((await postback(api, one, order(api, one))).body['conversion_id'] as string);
  const path = `/v1/ops/conversions?query=${one.programmeId}&limit=3`;
  const first = await send(api, auditor, 'GET', path);
  await postback(api, one, order(api, one));
  const rest = await send(
    api,
    auditor,
    'GET',
    `${path}&cursor=${first.body['next_cursor'] as string}`,
  );
  const seen = [first, rest].flatMap((page) =>
    (page.body['items'] as { id: string }[]).map((row) => row.id),
  );
  expect(seen).toEqual(ids);
});

test('the stop is turned on by anybody who works, off by a checker; each turn is in the audit log', async () => {
  const path = '/v1/ops/switches/payouts_stopped';
  const stale = await signedIn(api, 'ops_checker', 'ops', 601_000);
  const reason = `because ${randomBytes(4).toString('hex')}`;
  expect((await send(api, auditor, 'PUT', path, { on: true, reason })).body['code']).toBe(
    'scope_forbidden',
  );
  expect(await send(api, stale, 'PUT', path, { on: true, reason })).toMatchObject({
    body: { on: true },
  });
  expect(await send(api, maker, 'PUT', path, { on: false, reason })).toMatchObject({
    status: 403,
    body: { code: 'checker_required' },
  });
  expect((await send(api, stale, 'PUT', path, { on: false, reason })).body['code']).toBe(
    'factor_required',
  );
  expect(await send(api, checker, 'PUT', path, { on: false, reason })).toMatchObject({
    body: { on: false, reason, changed_by: { id: checker.userId, name: 'Somebody' } },
  });
  const { rows } = await api.owner.query<{ action: string; actor_id: string }>(
    `select action, actor_id from audit_log where after->>'reason' = $1 order by id`,
    [reason],
  );
  expect(rows).toEqual([
    { action: 'payouts.stop', actor_id: stale.userId },
    { action: 'payouts.resume', actor_id: checker.userId },
  ]);
});
