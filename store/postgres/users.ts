import type { Role } from '../../domain/access';
import type { Sql } from './pool';

export type Locale = 'ru' | 'kk' | 'en';

export type User = {
  readonly id: string;
  readonly role: Role;
  readonly tenantId: string;
  readonly name: string;
  readonly locale: Locale;
  /** Sessions and half-done sign-ins that began under a lower number are dead. */
  readonly epoch: number;
};

/** What a sign-in is checked against. Sealed columns open with the user's id. */
export type Credentials = User & {
  readonly disabled: boolean;
  readonly passwordHash: string | null;
  readonly totpSealed: Buffer | null;
  readonly phoneSealed: Buffer | null;
  readonly emailSealed: Buffer | null;
};

const USER = `id, role, tenant_id as "tenantId", name, locale, credential_epoch as epoch`;
const CREDENTIALS = `${USER}, disabled_at is not null as disabled, password_hash as "passwordHash",
  totp_sealed as "totpSealed", phone_sealed as "phoneSealed", email_sealed as "emailSealed"`;

/** Read at every request with a session, so that a change of role or a lock acts at once. */
export async function findActiveUser(sql: Sql, id: string): Promise<User | undefined> {
  const { rows } = await sql.query<User>(
    `select ${USER} from users where id = $1 and disabled_at is null`,
    [id],
  );
  return rows[0];
}

/** Locked until the end of the transaction. */
export async function lockCredentials(sql: Sql, id: string): Promise<Credentials | undefined> {
  const { rows } = await sql.query<Credentials>(
    `select ${CREDENTIALS} from users where id = $1 for update`,
    [id],
  );
  return rows[0];
}

export async function findCredentials(sql: Sql, id: string): Promise<Credentials | undefined> {
  const { rows } = await sql.query<Credentials>(`select ${CREDENTIALS} from users where id = $1`, [
    id,
  ]);
  return rows[0];
}

/** Phones of the people behind an influencer, sealed, with the language each reads. */
export async function phonesOf(
  sql: Sql,
  influencerId: string,
): Promise<{ id: string; locale: Locale; phoneSealed: Buffer }[]> {
  const { rows } = await sql.query<{ id: string; locale: Locale; phoneSealed: Buffer }>(
    `select id, locale, phone_sealed as "phoneSealed" from users
      where tenant_id = $1 and role = 'influencer' and disabled_at is null and phone_sealed is not null`,
    [influencerId],
  );
  return rows;
}

export async function findByPhone(sql: Sql, index: Buffer): Promise<Credentials | undefined> {
  const { rows } = await sql.query<Credentials>(
    `select ${CREDENTIALS} from users where phone_index = $1`,
    [index],
  );
  return rows[0];
}

export async function findByEmail(sql: Sql, index: Buffer): Promise<Credentials | undefined> {
  const { rows } = await sql.query<Credentials>(
    `select ${CREDENTIALS} from users where email_index = $1`,
    [index],
  );
  return rows[0];
}

export type NewPhoneUser = {
  readonly id: string;
  readonly influencerId: string;
  readonly name: string;
  readonly locale: Locale;
  readonly phoneSealed: Buffer;
  readonly phoneIndex: Buffer;
};

/** False when the number, or the id, has an account already; nothing changes then. */
export async function insertPhoneUser(sql: Sql, user: NewPhoneUser): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into users (id, role, tenant_id, name, locale, phone_sealed, phone_index)
     values ($1, 'influencer', $2, $3, $4, $5, $6) on conflict do nothing`,
    [user.id, user.influencerId, user.name, user.locale, user.phoneSealed, user.phoneIndex],
  );
  return rowCount === 1;
}

export type NewEmailUser = {
  readonly id: string;
  readonly role: Role;
  readonly tenantId: string;
  readonly name: string;
  readonly locale: Locale;
  readonly emailSealed: Buffer;
  readonly emailIndex: Buffer;
  readonly passwordHash: string;
  readonly totpSealed: Buffer;
};

/** False when the e-mail, or the id, has an account already; nothing changes then. */
export async function insertEmailUser(sql: Sql, user: NewEmailUser): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into users (id, role, tenant_id, name, locale, email_sealed, email_index, password_hash, totp_sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      user.id,
      user.role,
      user.tenantId,
      user.name,
      user.locale,
      user.emailSealed,
      user.emailIndex,
      user.passwordHash,
      user.totpSealed,
    ],
  );
  return rowCount === 1;
}

/**
 * All credentials at once: the end of a recovery (api/accounts/recovering.ts) and nothing else. Whoever held the old
 * ones is out; whether the person is let in at all stays as it is.
 */
export async function replaceCredentials(
  sql: Sql,
  id: string,
  given: Pick<NewEmailUser, 'passwordHash' | 'totpSealed'> & { readonly totpStep: number },
): Promise<void> {
  await sql.query(
    `update users
        set password_hash = $2, totp_sealed = $3, totp_last_step = $4, credential_epoch = credential_epoch + 1
      where id = $1`,
    [id, given.passwordHash, given.totpSealed, given.totpStep],
  );
}

/** Lets somebody in again who was shut out, with the credentials they have. */
export async function enableUser(sql: Sql, id: string, role: Role): Promise<void> {
  await sql.query(
    `update users set disabled_at = null, role = $2, credential_epoch = credential_epoch + 1
      where id = $1 and disabled_at is not null`,
    [id, role],
  );
}

/** The new epoch: the caller's own session goes on under it, all others end. */
export async function setPassword(sql: Sql, id: string, passwordHash: string): Promise<number> {
  const { rows } = await sql.query<{ epoch: number }>(
    `update users set password_hash = $2, credential_epoch = credential_epoch + 1
      where id = $1 returning credential_epoch as epoch`,
    [id, passwordHash],
  );
  return rows[0]!.epoch;
}

/**
 * Takes a time step of the authenticator. False when this step, or a later one, was used: of many requests
 * with the same code at once exactly one gets true (RFC 6238 §5.2).
 */
export async function takeTotpStep(sql: Sql, id: string, step: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update users set totp_last_step = $2 where id = $1 and totp_last_step < $2 and disabled_at is null`,
    [id, step],
  );
  return rowCount === 1;
}

export async function updateProfile(
  sql: Sql,
  id: string,
  change: { readonly name?: string | undefined; readonly locale?: Locale | undefined },
): Promise<void> {
  await sql.query(
    'update users set name = coalesce($2, name), locale = coalesce($3, locale) where id = $1',
    [id, change.name ?? null, change.locale ?? null],
  );
}

/** What an influencer is called elsewhere; the same name as the person's. */
export async function renameInfluencer(sql: Sql, id: string, name: string): Promise<void> {
  await sql.query('update influencers set display_name = $2 where id = $1', [id, name]);
}

export async function insertUnnamedInfluencer(sql: Sql, id: string, ref: string): Promise<void> {
  await sql.query('insert into influencers (id, ref) values ($1, $2)', [id, ref]);
}

/** How a tenant is called; ops is the platform itself. */
export async function findTenantName(
  sql: Sql,
  scope: 'influencer' | 'brand',
  id: string,
): Promise<string | undefined> {
  const { rows } = await sql.query<{ name: string }>(
    scope === 'brand'
      ? 'select name from brands where id = $1'
      : 'select display_name as name from influencers where id = $1',
    [id],
  );
  return rows[0]?.name;
}
