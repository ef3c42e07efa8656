import { hash, randomBytes } from 'node:crypto';

import type { Session } from '../../../store/redis/sessions';
import { startHarness, type Harness } from '../harness';
import { signedIn } from '../people';

/** 12.7: whoever can write to Redis, but has no key of ours, makes no session and no fresher one. */
let api: Harness;
beforeAll(async () => {
  api = await startHarness();
});
afterAll(() => api.stop());

const slotOf = (token: string): string => `session:${hash('sha256', token, 'base64url')}`;

async function meAs(token: string): Promise<number> {
  const response = await fetch(`${api.url}/v1/me`, {
    headers: { cookie: `gamma_session=${token}` },
  });
  await response.arrayBuffer();
  return response.status;
}

test('a session that the API did not write is none, however it is written', async () => {
  const victim = await signedIn(api, 'ops_checker', 'ops');
  const nowMs = Date.now();
  const session: Session = {
    id: 'ses_forged',
    userId: victim.userId,
    epoch: 0,
    createdAtMs: nowMs,
    seenAtMs: nowMs,
    factorAtMs: nowMs,
    ipPrefix: '203.0.113.0/24',
    userAgent: 'forged',
  };
  const json = JSON.stringify(session);
  for (const text of [
    json,
    `.${json}`,
    `${randomBytes(32).toString('base64url')}.${json}`,
    `${hash('sha256', json, 'base64url')}.${json}`,
    '',
    '.',
    'null',
  ]) {
    const token = randomBytes(32).toString('base64url');
    await api.redis.set(slotOf(token), text, 'EX', 60);
    expect([text.slice(0, 8), await meAs(token)]).toEqual([text.slice(0, 8), 401]);
  }
});

test('nor is one of ours that was copied to another token, or given a fresher factor', async () => {
  const { headers } = await signedIn(api, 'ops_checker', 'ops');
  const ownToken = headers['cookie']!.split('=')[1]!;
  expect(await meAs(ownToken)).toBe(200);
  const own = (await api.redis.get(slotOf(ownToken)))!;
  const copied = randomBytes(32).toString('base64url');
  await api.redis.set(slotOf(copied), own, 'EX', 60);
  expect(await meAs(copied)).toBe(401);
  const changes: ((session: Session) => Partial<Session>)[] = [
    ({ factorAtMs }) => ({ factorAtMs: factorAtMs + 3_600_000 }),
    () => ({ userId: 'usr_somebody_else' }),
    () => ({ epoch: 7 }),
    () => ({}),
  ];
  const [mac, json = ''] = [own.slice(0, own.indexOf('.')), own.slice(own.indexOf('.') + 1)];
  for (const change of changes) {
    const session = JSON.parse(json) as Session;
    const changed = JSON.stringify({ ...session, ...change(session) });
    await api.redis.set(slotOf(ownToken), `${mac}.${changed}`, 'EX', 60);
    expect([changed === json, await meAs(ownToken)]).toEqual([
      changed === json,
      changed === json ? 200 : 401,
    ]);
  }
});
