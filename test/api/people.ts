import { randomBytes } from 'node:crypto';

import { createSessions, sessionStore } from '../../api/access/sessions';
import type { Role } from '../../domain/access';
import { idFromBytes } from '../../domain/ids';
import type { Harness } from './harness';

/** Somebody signed in: what their browser sends with each request. */
export type Person = {
  readonly userId: string;
  readonly role: Role;
  readonly headers: Readonly<Record<string, string>>;
};

/** A person of a tenant with a session, their factor proved `factorAgeMs` ago. Sign-in itself is accounts' test. */
export async function signedIn(
  api: Harness,
  role: Role,
  tenantId: string,
  factorAgeMs = 0,
): Promise<Person> {
  const userId = idFromBytes('user', randomBytes(16));
  const column = role === 'influencer' ? 'phone' : 'email';
  const contact =
    column === 'email'
      ? `${randomBytes(6).toString('hex')}@example.kz`
      : `+7701${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, '0')}`;
  await api.owner.query(
    `insert into users (id, role, tenant_id, name, ${column}_sealed, ${column}_index) values ($1, $2, $3, $4, $5, $6)`,
    [
      userId,
      role,
      tenantId,
      'Somebody',
      api.sealer.seal(Buffer.from(contact), userId),
      api.sealer.blindIndex(contact, `users.${column}`),
    ],
  );
  return { userId, role, headers: await sessionOf(api, userId, role, factorAgeMs) };
}

/** One more session of a person. */
export async function sessionOf(
  api: Harness,
  userId: string,
  role: Role,
  factorAgeMs = 0,
): Promise<Record<string, string>> {
  const { rows } = await api.owner.query<{ epoch: number }>(
    'select credential_epoch as epoch from users where id = $1',
    [userId],
  );
  const sessions = createSessions(
    api.pool,
    sessionStore(api.redis, api.sealer),
    () => Date.now() - factorAgeMs,
  );
  const from = { ipPrefix: '127.0.0.0/24', userAgent: 'test' };
  const { token } = await sessions.open({ id: userId, role, epoch: rows[0]!.epoch }, from);
  return { cookie: `gamma_session=${token}`, origin: api.url };
}
