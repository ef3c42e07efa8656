import { randomUUID } from 'node:crypto';

import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { startDesk, type Desk, type Json } from './opsDesk';

let desk: Desk;
let on: TestPlatform;
beforeAll(async () => {
  desk = await startDesk('ops');
  on = desk.on;
});
afterAll(() => desk.stop());

const person: Desk['person'] = (role, factorAgeMs) => desk.person(role, factorAgeMs);
const send: Desk['send'] = (...call) => desk.send(...call);

const payable = (): Promise<DemoInfluencer> => desk.payable();

const run = (batchId: string, rest = ''): string => `/v1/payout-batches/${batchId}${rest}`;

test('a maker prepares, another person approves, and the run pays', async () => {
  const [maker, checker] = [await person('ops_maker'), await person('ops_checker')];
  const influencer = await payable();
  const { id, batchId } = await journey.requestPayout(on, influencer);
  const gathering = await send(maker, 'GET', run(batchId));
  expect(gathering.body).toMatchObject({
    state: 'collecting',
    allowed: ['prepare', 'exclude', 'restart', 'close'],
  });
  const key = randomUUID();
  const prepared = await send(maker, 'POST', run(batchId, '/prepare'), { note: 'Monday' }, key);
  expect(prepared).toMatchObject({
    status: 200,
    body: {
      state: 'frozen',
      item_count: 1,
      total: '700.00',
      prepared_by: maker.id,
      note: 'Monday',
    },
  });
  // The same key is the same answer; without one the same wish is fulfilled already.
  expect(await send(maker, 'POST', run(batchId, '/prepare'), { note: 'Monday' }, key)).toEqual(
    prepared,
  );
  expect((await send(maker, 'POST', run(batchId, '/prepare'))).status).toBe(200);
  const other = await person('ops_maker');
  const late = await send(other, 'POST', run(batchId, '/prepare'));
  expect(late).toMatchObject({ status: 409, body: { code: 'batch_prepared' } });

  const wrong = await send(checker, 'POST', run(batchId, '/approve'), { expected_total: '800.00' });
  expect(wrong).toMatchObject({ status: 409, body: { code: 'total_changed' } });
  const approved = await send(checker, 'POST', run(batchId, '/approve'), {
    expected_total: '700.00',
  });
  expect(approved).toMatchObject({
    status: 200,
    body: { state: 'approved', approved_by: checker.id },
  });
  await journey.payoutIs(on, influencer, id, 'paid');
  const items = await send(checker, 'GET', run(batchId, '/items'));
  expect(items.body['items']).toMatchObject([
    {
      payout_id: id,
      influencer: { id: influencer.id },
      state: 'paid',
      amounts: { gross: '1000.00', amount: '800.00', tax: '100.00', net: '700.00' },
      workflow_id: `pay/${id}`,
    },
  ]);
  const audit = await on.db.pool.query<{ actor_id: string; action: string }>(
    'select actor_id, action from audit_log where subject_id = $1 order by id',
    [batchId],
  );
  expect(audit.rows.map((row) => [row.actor_id, row.action])).toEqual([
    [maker.id, 'payout_batch.prepare'],
    [checker.id, 'payout_batch.approve'],
  ]);
});

test('who prepared a run cannot approve it, whatever role they have by then', async () => {
  const maker = await person('ops_maker');
  const { batchId } = await journey.requestPayout(on, await payable());
  await send(maker, 'POST', run(batchId, '/prepare'));
  await on.db.pool.query("update users set role = 'ops_checker' where id = $1", [maker.id]);
  const own = await send(maker, 'POST', run(batchId, '/approve'), { expected_total: '700.00' });
  expect(own).toMatchObject({ status: 403, body: { code: 'approver_is_requester' } });
  expect((await send(maker, 'GET', run(batchId))).body['allowed']).toEqual(['restart', 'close']);
  await journey.approve(on, batchId);
});

test('who asked for somebody’s payout cannot approve its run, whatever role they have by then', async () => {
  const [maker, influencer] = [await person('ops_maker'), await payable()];
  const asked = await send(maker, 'POST', `/v1/influencers/${influencer.id}/payouts`, {});
  const batchId = asked.body['batch_id'] as string;
  await on.db.pool.query("update users set role = 'ops_checker' where id = $1", [maker.id]);
  await journey.prepare(on, batchId);
  const own = await send(maker, 'POST', run(batchId, '/approve'), { expected_total: '700.00' });
  expect(own).toMatchObject({ status: 403, body: { code: 'approver_is_requester' } });
  await journey.approve(on, batchId);
});

test('an old factor prepares, excludes and approves nothing', async () => {
  const [maker, checker] = [
    await person('ops_maker', 601_000),
    await person('ops_checker', 601_000),
  ];
  const { id, batchId } = await journey.requestPayout(on, await payable());
  const reason = { reason: 'a test' };
  for (const told of [
    await send(maker, 'POST', run(batchId, '/prepare')),
    await send(maker, 'POST', run(batchId, `/items/${id}/exclude`), reason),
    await send(checker, 'POST', run(batchId, '/approve'), { expected_total: '700.00' }),
  ])
    expect(told).toMatchObject({ status: 403, body: { code: 'factor_required' } });
  expect((await send(maker, 'GET', run(batchId))).body['state']).toBe('collecting');
  await journey.approve(on, batchId);
});

test('twenty makers taking one payout out at once return its reserve once; the rest is paid', async () => {
  const [first, second] = [await payable(), await payable()];
  const { id, batchId } = await journey.requestPayout(on, first);
  const kept = await journey.requestPayout(on, second);
  expect(kept.batchId).toBe(batchId);
  const maker = await person('ops_maker');
  await send(maker, 'POST', run(batchId, '/prepare'));
  const told = await Promise.all(
    Array.from({ length: 20 }, () =>
      send(
        maker,
        'POST',
        run(batchId, `/items/${id}/exclude`),
        { reason: 'name differs' },
        randomUUID(),
      ),
    ),
  );
  for (const one of told)
    expect(one).toMatchObject({
      status: 200,
      body: { returned: '800.00', batch: { id: batchId, item_count: 1, total: '700.00' } },
    });
  expect(await journey.balance(on, first)).toMatchObject({ available: '800.00', reserved: '0.00' });
  const { rows } = await on.db.pool.query(
    'select kind from ledger_transactions where subject_id = $1 order by seq',
    [id],
  );
  expect(rows).toEqual([{ kind: 'pending' }, { kind: 'void' }]);
  // The total the checker saw before is no longer the one that would be approved.
  const checker = await person('ops_checker');
  const before = await send(checker, 'POST', run(batchId, '/approve'), {
    expected_total: '1400.00',
  });
  expect(before).toMatchObject({ status: 409, body: { code: 'total_changed' } });
  expect(
    (await send(checker, 'POST', run(batchId, '/approve'), { expected_total: '700.00' })).status,
  ).toBe(200);
  const late = await send(maker, 'POST', run(batchId, `/items/${kept.id}/exclude`), {
    reason: 'too late',
  });
  expect(late).toMatchObject({ status: 409, body: { code: expect.stringMatching(/_state$/) } });
  await journey.payoutIs(on, second, kept.id, 'paid');
  // The money that came back can be asked for again.
  const again = await journey.requestPayout(on, first);
  await journey.approve(on, again.batchId);
  await journey.payoutIs(on, first, again.id, 'paid');
});

test('a run whose last payout is taken out ends, and one that gathers loses only that payout', async () => {
  const maker = await person('ops_maker');
  const influencer = await payable();
  const { id, batchId } = await journey.requestPayout(on, influencer);
  const reason = { reason: 'asked by mistake' };
  const while_ = await send(maker, 'POST', run(batchId, `/items/${id}/exclude`), reason);
  expect(while_).toMatchObject({ status: 200, body: { batch: { item_count: 0, total: '0.00' } } });
  expect((await send(maker, 'GET', run(batchId))).body['state']).toBe('collecting');
  const again = await journey.requestPayout(on, influencer);
  expect(again.batchId).toBe(batchId);
  await send(maker, 'POST', run(batchId, '/prepare'));
  await send(maker, 'POST', run(batchId, `/items/${again.id}/exclude`), reason);
  await until(
    'the run ends',
    () => send(maker, 'GET', run(batchId)),
    (told) => told.body['state'] === 'done',
  );
  // Lost answers are found again after the workflow has closed.
  const repeated = await send(maker, 'POST', run(batchId, `/items/${again.id}/exclude`), reason);
  expect(repeated).toMatchObject({ status: 200, body: { returned: '800.00' } });
  expect(await journey.balance(on, influencer)).toMatchObject({ available: '800.00' });
});

test('the stop holds an approved run and lets it go again; a maker stops at once, a checker resumes', async () => {
  const [maker, checker, stale] = [
    await person('ops_maker'),
    await person('ops_checker'),
    await person('ops_checker', 601_000),
  ];
  const path = '/v1/ops/switches/payouts_stopped';
  const stop = { on: true, reason: 'provider reports trouble' };
  const go = { on: false, reason: 'all clear' };
  expect(await send(maker, 'PUT', path, stop)).toMatchObject({ status: 200, body: { on: true } });
  const influencer = await payable();
  const { id, batchId } = await journey.requestPayout(on, influencer);
  await journey.approve(on, batchId);
  const handle = on.temporal.workflow.getHandle(contract.payoutWorkflowId(id));
  await until(
    'the payout waits for the stop to be lifted',
    () => handle.query(contract.payoutState).catch(() => undefined),
    (view) => view?.waitsFor === 'the payout stop to be lifted',
  );
  const seen = await send(maker, 'GET', '/v1/ops/stuck?kind=payout_not_sent&older_than_seconds=0');
  expect(seen.body['items']).toMatchObject([{ subject_id: id, batch_id: batchId }]);
  expect(await send(maker, 'PUT', path, go)).toMatchObject({
    status: 403,
    body: { code: 'checker_required' },
  });
  expect(await send(stale, 'PUT', path, go)).toMatchObject({
    status: 403,
    body: { code: 'factor_required' },
  });
  expect((await journey.providerBook(on)).filter((entry) => entry.reference === id)).toEqual([]);
  expect(await send(checker, 'PUT', path, go)).toMatchObject({ status: 200, body: { on: false } });
  // The workflow looks at the stop once a minute; the database may be asked more often than the API.
  await until(
    'it is paid',
    () => on.db.pool.query<{ state: string }>('select state from payouts where id = $1', [id]),
    ({ rows }) => rows[0]?.state === 'paid',
    90_000,
  );
});

test('a payout the provider is silent about is seen as unknown, with its workflow', async () => {
  const auditor = await person('ops_auditor');
  const influencer = await payable();
  await journey.turnDial(on, { mode: 'http_500', count: 4 });
  const { id, batchId } = await journey.requestPayout(on, influencer);
  await journey.approve(on, batchId);
  const stuck = await until(
    'it is listed',
    () => send(auditor, 'GET', '/v1/ops/stuck?kind=payout_unknown&older_than_seconds=0'),
    (told) => (told.body['items'] as Json[]).some((item) => item['subject_id'] === id),
  );
  const item = (stuck.body['items'] as Json[]).find((one) => one['subject_id'] === id);
  expect(item).toMatchObject({
    reason: { code: 'provider_unknown' },
    workflow_url: expect.stringContaining(`/workflows/pay%2F${id}`),
  });
  await journey.payoutIs(on, influencer, id, 'paid');
});

test('the viewer of a run hears of each change until it is done', async () => {
  const checker = await person('ops_checker');
  const influencer = await payable();
  const { batchId } = await journey.requestPayout(on, influencer);
  const response = await fetch(`${on.platform.urls.api}${run(batchId, '/events')}`, {
    headers: { cookie: checker.cookie },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const states: string[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      for (const [, data] of text.matchAll(/^data:\s*(\{.*\})$/gm)) {
        const { state } = JSON.parse(data!) as { state: string };
        if (states.at(-1) !== state && !states.includes(state)) states.push(state);
      }
      if (states.includes('done')) return;
    }
  })();
  await journey.approve(on, batchId);
  await reading;
  await response.body?.cancel().catch(() => undefined);
  expect(states[0]).toBe('collecting');
  expect(states.at(-1)).toBe('done');
});

test('operators turn the fake partners’ dials and clock through the API', async () => {
  const maker = await person('ops_maker');
  const dials = await send(maker, 'GET', '/v1/ops/sandbox/dials');
  expect(dials.body['items']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ partner: 'wooppay', dial: 'payout', value: 'ok' }),
    ]),
  );
  const path = '/v1/ops/sandbox/dials/wooppay/payout';
  const turned = await send(maker, 'PUT', path, { value: 'slow', count: 2 });
  expect(turned).toMatchObject({ status: 200, body: { value: 'slow', remaining: 2 } });
  expect((await send(maker, 'PUT', path, { value: 'ok' })).body).toMatchObject({
    value: 'ok',
    remaining: null,
  });
  expect((await send(maker, 'PUT', path, { value: 'nonsense' })).body['code']).toBe(
    'sandbox_refused',
  );
  expect(
    (await send(maker, 'PUT', '/v1/ops/sandbox/dials/wooppay/none', { value: 'ok' })).body['code'],
  ).toBe('dial_not_found');
  const moved = await send(maker, 'PUT', '/v1/ops/sandbox/clock', { offset_ms: 86_400_000 });
  expect(moved).toMatchObject({ status: 200, body: { offset_ms: 86_400_000 } });
  await send(maker, 'PUT', '/v1/ops/sandbox/clock', { offset_ms: 0 });
});

test('the summary tells what waits and that all engines answer', async () => {
  const auditor = await person('ops_auditor');
  const summary = await send(auditor, 'GET', '/v1/ops/summary');
  expect(summary).toMatchObject({
    status: 200,
    body: {
      mode: 'test',
      health: { postgres: { state: 'up' }, redis: { state: 'up' }, temporal: { state: 'up' } },
      switches: [{ name: 'payouts_stopped', on: false }],
    },
  });
});

test('the books are right after all of it', async () => {
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
