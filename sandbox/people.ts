import { Secret } from 'otpauth';

import { scopeOf, type Role } from '../domain/access';
import { idFromBytes } from '../domain/ids';
import { insertBrand } from '../store/postgres/catalogue';
import { hashPassword, passwordMatches } from '../store/postgres/passwords';
import type { Sealer } from '../store/postgres/sealing';
import type { Sql } from '../store/postgres/pool';
import { setRole } from '../store/postgres/team';
import {
  findByEmail,
  insertEmailUser,
  insertPhoneUser,
  enableUser,
  replaceCredentials,
  updateProfile,
} from '../store/postgres/users';

/** Where a demo installation's stable secrets come from. */
export type SeedSecrets = {
  readonly sealer: Sealer;
  /** Derives 32 stable bytes from a label. */
  readonly derive: (label: string) => Buffer;
};

/** How somebody of the demo signs in to the desk. */
export type DemoLogin = {
  readonly email: string;
  readonly password: string;
  /** Base32; `npm run totp -- <name>` prints the code of the moment. */
  readonly totpSecret: string;
  readonly role: Role;
  readonly tenantId: string;
};

export type DemoLogins = {
  /** Sign in by phone; the code stands in the sandbox's SMS outbox. */
  readonly influencers: readonly {
    readonly phone: string;
    readonly influencerId: string;
    readonly name: string;
  }[];
  readonly brandOwner: DemoLogin;
  readonly brandAnalyst: DemoLogin;
  /** Of another brand, which sees nothing of the first. */
  readonly secondBrandOwner: DemoLogin;
  readonly opsMaker: DemoLogin;
  readonly opsChecker: DemoLogin;
  readonly opsAuditor: DemoLogin;
};

type Named = { readonly name: string; readonly email: string; readonly role: Role };

const PEOPLE = {
  brandOwner: { name: 'Айгуль', email: 'owner@demo.example', role: 'brand_owner' },
  brandAnalyst: { name: 'Ерлан', email: 'analyst@demo.example', role: 'brand_analyst' },
  secondBrandOwner: { name: 'Сауле', email: 'owner@second.example', role: 'brand_owner' },
  opsMaker: { name: 'Марат', email: 'maker@gamma.example', role: 'ops_maker' },
  opsChecker: { name: 'Динара', email: 'checker@gamma.example', role: 'ops_checker' },
  opsAuditor: { name: 'Тимур', email: 'auditor@gamma.example', role: 'ops_auditor' },
} as const satisfies Readonly<Record<string, Named>>;

/** Somebody with password and authenticator, both derived from the installation's seed. */
async function seedLogin(
  sql: Sql,
  { sealer, derive }: SeedSecrets,
  { name, email, role }: Named,
  tenantId: string,
): Promise<DemoLogin> {
  const id = idFromBytes('user', derive(`user:${email}`).subarray(0, 16));
  const password = derive(`password:${email}`).toString('hex').slice(0, 16);
  const secretBytes = Uint8Array.from(derive(`totp:${email}`).subarray(0, 20));
  const totpSecret = new Secret({ buffer: secretBytes.buffer }).base32;
  const emailIndex = sealer.blindIndex(email, 'users.email');
  const existing = await findByEmail(sql, emailIndex);
  const totp = existing?.totpSealed && sealer.open(existing.totpSealed, existing.id).toString();
  if (totp === totpSecret && (await passwordMatches(existing?.passwordHash, password)))
    return { email, password, totpSecret, role, tenantId };
  const passwordHash = await hashPassword(password);
  const totpSealed = sealer.seal(Buffer.from(totpSecret), id);
  // Changed by hand while the demo ran: what is printed at the start is what works.
  if (existing) {
    await replaceCredentials(sql, id, { passwordHash, totpSealed, totpStep: 0 });
    await enableUser(sql, id, role);
    await setRole(sql, id, role);
    await updateProfile(sql, id, { name });
  } else {
    const emailSealed = sealer.seal(Buffer.from(email), id);
    await insertEmailUser(sql, {
      id,
      role,
      tenantId,
      name,
      locale: 'ru',
      emailSealed,
      emailIndex,
      passwordHash,
      totpSealed,
    });
  }
  return { email, password, totpSecret, role, tenantId };
}

/** Numbers of the demo reach nobody: the sandbox's gateway sends nothing anywhere. */
const phoneOf = (index: number): string => `+7700100${String(index + 1).padStart(4, '0')}`;

async function seedPhone(
  sql: Sql,
  { sealer, derive }: SeedSecrets,
  person: { readonly id: string; readonly name: string },
  phone: string,
): Promise<DemoLogins['influencers'][number]> {
  const id = idFromBytes('user', derive(`user:${person.id}`).subarray(0, 16));
  await insertPhoneUser(sql, {
    id,
    influencerId: person.id,
    name: person.name,
    locale: 'ru',
    phoneSealed: sealer.seal(Buffer.from(phone), id),
    phoneIndex: sealer.blindIndex(phone, 'users.phone'),
  });
  return { phone, influencerId: person.id, name: person.name };
}

export async function seedLogins(
  sql: Sql,
  options: SeedSecrets,
  brandId: string,
  influencers: readonly { readonly id: string; readonly name: string }[],
): Promise<DemoLogins> {
  const second = idFromBytes('brand', options.derive('brand:second').subarray(0, 16));
  await insertBrand(sql, { id: second, name: 'Second demo shop' });
  const tenantOf = (who: keyof typeof PEOPLE): string =>
    who === 'secondBrandOwner' ? second : scopeOf(PEOPLE[who].role) === 'ops' ? 'ops' : brandId;
  const login = (who: keyof typeof PEOPLE): Promise<DemoLogin> =>
    seedLogin(sql, options, PEOPLE[who], tenantOf(who));
  const phones = [];
  for (const [index, person] of influencers.entries())
    phones.push(await seedPhone(sql, options, person, phoneOf(index)));
  return {
    influencers: phones,
    brandOwner: await login('brandOwner'),
    brandAnalyst: await login('brandAnalyst'),
    secondBrandOwner: await login('secondBrandOwner'),
    opsMaker: await login('opsMaker'),
    opsChecker: await login('opsChecker'),
    opsAuditor: await login('opsAuditor'),
  };
}
