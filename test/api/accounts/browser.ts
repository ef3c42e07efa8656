import { randomBytes } from 'node:crypto';

import { Secret, TOTP } from 'otpauth';

import type { Role } from '../../../domain/access';
import { idFromBytes } from '../../../domain/ids';
import { insertBrand } from '../../../store/postgres/catalogue';
import { hashPassword } from '../../../store/postgres/passwords';
import { insertEmailUser } from '../../../store/postgres/users';
import type { Harness } from '../harness';

export type Json = Record<string, unknown>;
export type Got = { readonly status: number; readonly body: Json; readonly headers: Headers };

/** What a browser does: keeps the session cookie, names its own page as Origin. */
export class Browser {
  /** The session's. */
  cookie: string | undefined;
  device: string | undefined;

  constructor(
    readonly api: Harness,
    private readonly extra: Readonly<Record<string, string>> = {},
  ) {}

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Got> {
    const cookies = [this.cookie, this.device].filter((one) => one !== undefined).join('; ');
    const all = {
      origin: this.api.url,
      ...(cookies === '' ? {} : { cookie: cookies }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...this.extra,
      ...headers,
    };
    const sent = Object.entries(all).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    const response = await fetch(`${this.api.url}${path}`, {
      method,
      headers: Object.fromEntries(sent),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of response.headers.getSetCookie()) {
      const value = set.includes('Max-Age=0') ? undefined : set.split(';')[0];
      if (set.startsWith('gamma_device=')) this.device = value;
      else this.cookie = value;
    }
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Json,
    };
  }

  get(path: string): Promise<Got> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown): Promise<Got> {
    return this.send('POST', path, body);
  }

  /** The same browser on another machine: a copy of its cookie. */
  copy(): Browser {
    const twin = new Browser(this.api, this.extra);
    twin.cookie = this.cookie;
    twin.device = this.device;
    return twin;
  }
}

let phones = 0;
export const newPhone = (): string => `+7705${String((phones += 1)).padStart(7, '0')}`;

/** The code in the last message to a phone. */
export function lastCode(api: Harness, phone: string): string {
  const message = api.messages.filter((one) => one.phone === phone).at(-1);
  return /\d{6}/.exec(message?.text ?? '')?.[0] ?? 'no message';
}

export const otherCode = (code: string): string =>
  String((Number(code) + 1) % 1_000_000).padStart(6, '0');

export async function signInByPhone(
  api: Harness,
  phone = newPhone(),
  browser = new Browser(api),
): Promise<Browser> {
  const asked = await browser.post('/v1/auth/phone', { phone, locale: 'ru' });
  if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
  const code = lastCode(api, phone);
  const got = await browser.post('/v1/auth/phone/verify', { phone, code });
  if (got.status !== 200) throw new Error(JSON.stringify(got.body));
  return browser;
}

export type DeskPerson = {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly secret: string;
  readonly role: Role;
  readonly tenantId: string;
};

const PASSWORD = 'tuesday lorry violin';
let hashed: Promise<string> | undefined;

export async function newBrand(api: Harness): Promise<string> {
  const id = idFromBytes('brand', randomBytes(16));
  await insertBrand(api.pool, { id, name: 'Shop' });
  return id;
}

export async function newPerson(api: Harness, role: Role, tenantId: string): Promise<DeskPerson> {
  const id = idFromBytes('user', randomBytes(16));
  const email = `p${randomBytes(6).toString('hex')}@shop.example`;
  const secret = new Secret({ size: 20 }).base32;
  await insertEmailUser(api.pool, {
    id,
    role,
    tenantId,
    name: 'Somebody',
    locale: 'ru',
    emailSealed: api.sealer.seal(Buffer.from(email), id),
    emailIndex: api.sealer.blindIndex(email, 'users.email'),
    passwordHash: await (hashed ??= hashPassword(PASSWORD)),
    totpSealed: api.sealer.seal(Buffer.from(secret), id),
  });
  return { id, email, password: PASSWORD, secret, role, tenantId };
}

export const totpAt = (secret: string, atMs: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: atMs });

export async function passPassword(browser: Browser, person: DeskPerson): Promise<string> {
  const { email, password } = person;
  const got = await browser.post('/v1/auth/password', { email, password });
  if (got.status !== 200) throw new Error(JSON.stringify(got.body));
  return String(got.body['challenge']);
}

/** A desk session by password and authenticator, at the given time. */
export async function signInToDesk(
  api: Harness,
  person: DeskPerson,
  atMs = Date.now(),
  browser = new Browser(api),
): Promise<Browser> {
  const challenge = await passPassword(browser, person);
  const code = totpAt(person.secret, atMs);
  const got = await browser.post('/v1/auth/totp', { challenge, code });
  if (got.status !== 200) throw new Error(JSON.stringify(got.body));
  return browser;
}

/** A browser at an address, in a harness with a trusted proxy. */
export const browserAt = (api: Harness, address: string): Browser =>
  new Browser(api, { 'x-forwarded-for': address });
