import { order, postback, startHarness, type Harness, type World } from '../harness';
import { deskOf, idempotency, items, moveTo, ordersOf, type Desk } from './desk';

let api: Harness;
let world: World;
let stranger: World;
let manager: Desk;
let colleague: Desk;
let path: string;

beforeAll(async () => {
  api = await startHarness();
  [world, stranger] = [await api.world(), await api.world()];
  manager = await deskOf(api, 'brand_manager', world.brandId);
  colleague = await deskOf(api, 'brand_owner', world.brandId);
  path = `/v1/brands/${world.brandId}/orders/decisions`;
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

type Folded = { readonly order_status: string; readonly folded: string; readonly told: number };

const REJECT = { decision: 'reject', reason: { code: 'not_paid' } };
const statusOf = async (id: string): Promise<unknown> => {
  const { rows } = await api.owner.query<{ order_status: string }>(
    'select order_status from conversions where id = $1',
    [id],
  );
  return rows[0]?.order_status;
};
const told = async (id: string): Promise<unknown[]> => {
  const { rows } = await api.owner.query<{ payload: { status: string } }>(
    'select payload from outbox where subject_id = $1 order by id',
    [id],
  );
  return rows.map((row) => row.payload.status);
};

test('an approval is an event of the order: receipt, fold, message to the workflow, history, audit', async () => {
  const [id] = await ordersOf(api, world, 1);
  const answer = await manager.post(path, { decision: 'approve', ids: [id] });
  expect(answer).toMatchObject({
    status: 200,
    body: { decision: 'approve', applied: 1, unchanged: 0, refused: 0, more: false },
  });
  const [item] = items(answer);
  expect(item).toMatchObject({ id, result: 'applied', order_status: 'approved' });
  expect(await statusOf(id!)).toBe('approved');
  expect(await told(id!)).toEqual(['pending', 'approved']);
  const receipt = await manager.get(`/v1/receipts/${String(item!['receipt_id'])}`);
  expect(receipt.body).toMatchObject({
    verdict: 'updated',
    order_status: 'approved',
    reason: null,
  });
  const conversion = await manager.get(`/v1/conversions/${id}`);
  expect(JSON.stringify(conversion.body['history'])).toContain(answer.body['decision_id']);
  const { rows } = await api.owner.query(
    `select action, tenant_id, after from audit_log where subject_id = $1`,
    [answer.body['decision_id']],
  );
  expect(rows).toEqual([
    {
      action: 'order.approve',
      tenant_id: world.brandId,
      after: { reason: null, applied: [id], refused: 0 },
    },
  ]);
});

test('the value of the order stays what the shop said', async () => {
  const [id] = await ordersOf(api, world, 1, { sale_amount: '7777.70' });
  await manager.post(path, { decision: 'approve', ids: [id] });
  const { body } = await manager.get(`/v1/conversions/${id}`);
  expect(body).toMatchObject({ amounts: { sale: '7777.70' }, order_status: 'approved' });
});

test('each order gets its own result; settled, closed, foreign and unknown ones are refused', async () => {
  const [open, approved, paid, closed] = await ordersOf(api, world, 4);
  const [unmatched] = await ordersOf(api, world, 1, { click_id: null });
  const [foreign] = await ordersOf(api, stranger, 1);
  await manager.post(path, { decision: 'approve', ids: [approved] });
  await moveTo(api, [paid!], 'PAID');
  await moveTo(api, [closed!], 'CANCELLED');
  const unknown = `cnv_${'0'.repeat(26)}`;
  const ids = [open, approved, paid, closed, unmatched, foreign, unknown];
  const answer = await manager.post(path, { decision: 'approve', ids });
  expect(items(answer).map((item) => [item['id'], item['code'] ?? item['result']])).toEqual([
    [open, 'applied'],
    [approved, 'unchanged'],
    [paid, 'order_settled'],
    [closed, 'order_closed'],
    [unmatched, 'order_not_credited'],
    [foreign, 'order_not_found'],
    [unknown, 'order_not_found'],
  ]);
  expect(await statusOf(foreign!)).toBe('pending');
});

test('a rejection needs a reason of the list, and words with "other"; an approval takes none', async () => {
  const ids = await ordersOf(api, world, 1);
  const refusedBodies = [
    { decision: 'reject', ids },
    { decision: 'reject', ids, reason: { code: 'other' } },
    { decision: 'reject', ids, reason: { code: 'other', text: '  ' } },
    { decision: 'approve', ids, reason: { code: 'not_paid' } },
    { decision: 'approve' },
    { decision: 'approve', ids, filter: { state: 'HELD' } },
  ];
  for (const body of refusedBodies)
    expect((await manager.post(path, body)).body['code']).toBe('decision_invalid');
  for (const body of [
    { decision: 'reject', ids, reason: { code: 'because' } },
    { decision: 'perhaps', ids },
    { decision: 'approve', ids: [] },
    { decision: 'approve', ids: [...ids, ...ids] },
  ])
    expect((await manager.post(path, body)).body['code']).toBe('body_invalid');
  expect(await statusOf(ids[0]!)).toBe('pending');
  const text = 'Клиент не пришёл';
  const done = await manager.post(path, {
    decision: 'reject',
    ids,
    reason: { code: 'other', text },
  });
  const { rows } = await api.owner.query('select * from order_decisions where id = $1', [
    done.body['decision_id'],
  ]);
  expect(rows[0]).toMatchObject({ reason_code: 'other', reason_text: text, applied: 1 });
  // The words are the brand's own: the influencer's view has the code only.
  const { body } = await manager.get(`/v1/conversions/${ids[0]}`);
  expect(JSON.stringify(body)).toContain('other');
  expect(JSON.stringify(body)).not.toContain(text);
});

test('the same key and body is one decision; another body under it is refused', async () => {
  const ids = await ordersOf(api, world, 3);
  const key = idempotency();
  const [first, again] = await Promise.all([
    manager.post(path, { ...REJECT, ids }, key),
    manager.post(path, { ...REJECT, ids }, key),
  ]);
  expect(first.status).toBe(200);
  expect(again.body).toEqual(first.body);
  const third = await manager.post(path, { ids, ...REJECT }, key);
  expect(third.headers.get('idempotency-replayed')).toBe('true');
  expect(third.body).toEqual(first.body);
  const other = await manager.post(path, { decision: 'approve', ids }, key);
  expect(other.body['code']).toBe('idempotency_key_reused');
  for (const id of ids) expect(await told(id)).toEqual(['pending', 'rejected']);
});

test('two managers at once: every order ends in one of the two decisions, told once each', async () => {
  const ids = await ordersOf(api, world, 60);
  const shuffled = [...ids].reverse();
  const [yes, no] = await Promise.all([
    manager.post(path, { decision: 'approve', ids }),
    colleague.post(path, { ...REJECT, ids: shuffled }),
  ]);
  expect([yes.status, no.status]).toEqual([200, 200]);
  const { rows } = await api.owner.query<Folded>(
    `select c.id, c.order_status,
            (select order_status from receipts r where r.conversion_id = c.id
              order by event_version desc, occurred_at desc, order_finality(order_status) desc limit 1) as folded,
            (select count(*)::int from outbox o where o.subject_id = c.id) as told
       from conversions c where id = any ($1)`,
    [ids],
  );
  // Whoever came second saw the first one's decision and changed it.
  const last = items(yes).every((item) => item['order_status'] === 'approved');
  expect(last).toBe(true);
  for (const row of rows) {
    expect(row.order_status).toBe(row.folded);
    expect(row.told).toBe(3);
  }
  expect(new Set(rows.map((row) => row.order_status)).size).toBe(1);
});

test('decisions and postbacks of the same orders at once: no deadlock, none lost, the fold decides', async () => {
  const orders = Array.from({ length: 40 }, () => order(api, world, { status: 'pending' }));
  const made = await Promise.all(orders.map((body) => postback(api, world, body)));
  const ids = made.map((answer) => String(answer.body['conversion_id']));
  const answers = await Promise.all([
    manager.post(path, { decision: 'approve', ids }),
    ...orders.map((body) => postback(api, world, { ...body, status: 'refunded' })),
    colleague.post(path, { ...REJECT, ids }),
  ]);
  for (const answer of answers) expect(answer.status).toBe(200);
  const { rows } = await api.owner.query<Folded>(
    `select c.order_status,
            (select order_status from receipts r where r.conversion_id = c.id
              order by event_version desc, occurred_at desc, order_finality(order_status) desc limit 1) as folded
       from conversions c where id = any ($1)`,
    [ids],
  );
  expect(rows).toHaveLength(40);
  for (const row of rows) expect(row.order_status).toBe(row.folded);
});

test('numbered events: a decision stands over what it saw, never makes the shop’s next event a conflict', async () => {
  const body = order(api, world, { status: 'pending', event_version: 3 });
  const { body: first } = await postback(api, world, body);
  const id = String(first['conversion_id']);
  await manager.post(path, { ...REJECT, ids: [id] });
  expect(await statusOf(id)).toBe('rejected');
  // The same version again with the same content is a duplicate as before, an older one changes nothing.
  const again = await postback(api, world, body);
  expect(again.body['verdict']).toBe('duplicate');
  const older = await postback(api, world, { ...body, event_version: 2, status: 'approved' });
  expect(older).toMatchObject({ status: 200, body: { order_status: 'rejected' } });
  // Another content under the shop's own version is still a conflict.
  const conflict = await postback(api, world, { ...body, status: 'approved' });
  expect(conflict.body['code']).toBe('event_version_conflict');
  // The shop's next version wins over the person.
  const next = await postback(api, world, { ...body, status: 'approved', event_version: 4 });
  expect(next).toMatchObject({
    status: 200,
    body: { verdict: 'updated', order_status: 'approved' },
  });
  const back = await manager.post(path, { ...REJECT, ids: [id] });
  expect(back.body['applied']).toBe(1);
  expect(await statusOf(id)).toBe('rejected');
});

test('a shop with a clock ahead of ours does not undo a later decision', async () => {
  const occurred_at = new Date(Date.now() + 200_000).toISOString();
  const [id] = await ordersOf(api, world, 1, { occurred_at });
  await manager.post(path, { ...REJECT, ids: [id] });
  expect(await statusOf(id!)).toBe('rejected');
});

test('no shop can send what looks like a decision', async () => {
  const webhookId = 'dashboard dcs_x.cnv_x';
  const answer = await postback(api, world, order(api, world), { webhookId });
  expect(answer).toMatchObject({ status: 400, body: { code: 'header_malformed' } });
});

test('by filter: the oldest that can be decided, 500 at a time, until none is left', async () => {
  const crowd = await api.world();
  const owner = await deskOf(api, 'brand_owner', crowd.brandId);
  const ids = await ordersOf(api, crowd, 510);
  await moveTo(api, ids.slice(0, 4), 'PAID');
  const all = `/v1/brands/${crowd.brandId}/orders/decisions`;
  const filter = { order_status: 'pending' };
  const first = await owner.post(all, { decision: 'approve', filter });
  expect(first.body).toMatchObject({ applied: 500, refused: 0, more: true });
  const second = await owner.post(all, { decision: 'approve', filter });
  expect(second.body).toMatchObject({ applied: 6, refused: 0, more: false });
  const third = await owner.post(all, { decision: 'approve', filter });
  expect(third.body).toMatchObject({ applied: 0, more: false, items: [] });
});

test('analysts and ops look on; another brand and an influencer find nothing', async () => {
  const ids = await ordersOf(api, world, 1);
  const body = { decision: 'approve', ids };
  const roles = [
    ['brand_analyst', world.brandId, 'scope_forbidden'],
    ['ops_maker', 'ops', 'scope_forbidden'],
    ['influencer', world.influencerId, 'scope_forbidden'],
    ['brand_owner', stranger.brandId, 'brand_not_found'],
  ] as const;
  for (const [role, tenant, code] of roles) {
    const desk = await deskOf(api, role, tenant);
    expect((await desk.post(path, body)).body['code']).toBe(code);
  }
  // A foreign order in one's own brand's path is no order.
  const thief = await deskOf(api, 'brand_owner', stranger.brandId);
  const own = `/v1/brands/${stranger.brandId}/orders/decisions`;
  expect(items(await thief.post(own, body))[0]).toMatchObject({ code: 'order_not_found' });
  expect(await statusOf(ids[0]!)).toBe('pending');
});

test('a failure half-way leaves nothing behind', async () => {
  const ids = await ordersOf(api, world, 2);
  const before = await api.counts();
  await api.owner.query('revoke insert on order_decisions from gamma_api');
  const answer = await manager.post(path, { decision: 'approve', ids }, idempotency());
  await api.owner.query('grant insert on order_decisions to gamma_api');
  expect(answer.status).toBe(500);
  expect(await api.counts()).toEqual(before);
  expect(await statusOf(ids[0]!)).toBe('pending');
});
