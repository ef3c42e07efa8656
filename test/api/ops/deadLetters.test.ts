import { startHarness, type Harness } from '../harness';
import { signedIn, type Person } from '../people';
import { send } from './desk';

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
  await api.owner.query(
    `insert into outbox_dead_letters (id, topic, subject_id, payload, attempts, last_error, created_at)
     select 1000 + n, 'conversion.order', 'cnv_dead' || n, '{"sale":"1.00","secret":"what a shop sent"}', 12,
            'invalid_argument', now() - interval '1 hour'
       from generate_series(1, 5) n`,
  );
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

const LIST = '/v1/ops/dead-letters';

test('dead letters are listed newest first, a page at a time, without what a shop sent', async () => {
  const seen: unknown[] = [];
  for (let cursor = ''; ;) {
    const page = await send(api, auditor, 'GET', `${LIST}?limit=2${cursor}`);
    expect(page.status).toBe(200);
    seen.push(...(page.body['items'] as unknown[]));
    if (page.body['next_cursor'] === null) break;
    cursor = `&cursor=${page.body['next_cursor'] as string}`;
  }
  expect(seen.map((item) => (item as { id: string }).id)).toEqual(
    [5, 4, 3, 2, 1].map((n) => String(1000 + n)),
  );
  expect(seen[0]).toMatchObject({
    topic: 'conversion.order',
    subject_id: 'cnv_dead5',
    attempts: 12,
    last_error: 'invalid_argument',
  });
  expect(JSON.stringify(seen)).not.toContain('what a shop sent');
  for (const cursor of ['x', Buffer.from('["1 or 1=1"]').toString('base64url')])
    expect((await send(api, auditor, 'GET', `${LIST}?cursor=${cursor}`)).body['code']).toBe(
      'cursor_invalid',
    );
});

test("the summary and the stuck list show them, whatever the list's age", async () => {
  const summary = await send(api, auditor, 'GET', '/v1/ops/summary');
  expect(summary.body['outbox']).toMatchObject({ waiting: 0, failing: 0, dead: 5 });
  expect(summary.body['to_do']).toMatchObject({ dead_letters: 5 });
  const stuck = await send(api, auditor, 'GET', '/v1/ops/stuck?kind=outbox_dead');
  expect(stuck.body['counts']).toMatchObject({ outbox_dead: 5 });
  expect((stuck.body['items'] as unknown[])[0]).toMatchObject({
    kind: 'outbox_dead',
    note: expect.stringContaining('invalid_argument'),
    can_do: ['resend'],
  });
});

test('a maker or a checker sends one again, once, and the audit log says who', async () => {
  const forbidden = await send(api, auditor, 'POST', `${LIST}/1001/resend`);
  expect(forbidden.status).toBe(403);
  const both = await Promise.all([
    send(api, maker, 'POST', `${LIST}/1001/resend`),
    send(api, checker, 'POST', `${LIST}/1001/resend`),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect(both.find(({ status }) => status === 404)?.body['code']).toBe('dead_letter_not_found');
  expect(both.find(({ status }) => status === 200)?.body).toEqual({
    id: '1001',
    topic: 'conversion.order',
    subject_id: 'cnv_dead1',
  });
  const { rows } = await api.owner.query(
    `select attempts, refusals, next_at <= now() as due, payload->>'sale' as sale from outbox where id = 1001`,
  );
  expect(rows).toEqual([{ attempts: 0, refusals: 0, due: true, sale: '1.00' }]);
  const audit = await api.owner.query(
    `select actor_role, subject_id, before from audit_log where action = 'outbox.resend'`,
  );
  expect(audit.rows).toEqual([
    {
      actor_role: expect.stringMatching(/^ops_(maker|checker)$/),
      subject_id: '1001',
      before: { topic: 'conversion.order', subject: 'cnv_dead1', code: 'invalid_argument' },
    },
  ]);
});

test('a repeat under the same key is told again that it went, and nothing goes twice', async () => {
  const resend = () => send(api, maker, 'POST', `${LIST}/1002/resend`, undefined, 'resend-1002');
  const [first, again] = [await resend(), await resend()];
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.body).toEqual(first.body);
  const { rows } = await api.owner.query('select id from outbox where id = 1002');
  expect(rows).toHaveLength(1);
});
