import type { Role } from '../../../domain/access';
import { mailTo, tokenIn } from '../../support/mail';
import type { Harness } from '../harness';
import { Browser, newPerson, signInToDesk, totpAt, type DeskPerson, type Got } from './browser';

export const NEW_PASSWORD = 'a violin on a lorry';

export type Proved = {
  readonly id: string;
  readonly checkCode: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly confirmed: Got;
};

/** Somebody whose sessions and acts follow a clock of the test's. */
export class RecoveryWorld {
  constructor(
    readonly api: Harness,
    readonly clock: { nowMs: number },
  ) {}

  person(role: Role, tenantId: string): Promise<DeskPerson> {
    return newPerson(this.api, role, tenantId);
  }

  /** Each sign-in in a time step of its own: a code counts once. */
  async desk(person: DeskPerson): Promise<Browser> {
    this.clock.nowMs += 30_000;
    return signInToDesk(this.api, person, this.clock.nowMs);
  }

  /** Asks, and reads the link in the mailbox. */
  async link(email: string): Promise<string> {
    const before = this.api.mails.length;
    const got = await new Browser(this.api).post('/v1/auth/recovery', { email, locale: 'en' });
    if (got.status !== 202) throw new Error(JSON.stringify(got.body));
    return tokenIn(
      await mailTo(
        () => this.api.mails.slice(before),
        email,
        ({ text }) => text.includes('#token='),
      ),
    );
  }

  async prepare(token: string): Promise<{ challenge: string; secret: string }> {
    const got = await new Browser(this.api).post('/v1/auth/recovery/prepare', {
      token,
      password: NEW_PASSWORD,
    });
    if (got.status !== 200) throw new Error(JSON.stringify(got.body));
    const { challenge, totp_secret: secret } = got.body as Record<string, string>;
    return { challenge: challenge!, secret: secret! };
  }

  confirm({ challenge, secret }: { challenge: string; secret: string }): Promise<Got> {
    const code = totpAt(secret, this.clock.nowMs);
    return new Browser(this.api).post('/v1/auth/recovery/confirm', { challenge, code });
  }

  /** Mailbox, new password and authenticator: from here on a second person is wanted. */
  async proved(person: DeskPerson): Promise<Proved> {
    const prepared = await this.prepare(await this.link(person.email));
    const confirmed = await this.confirm(prepared);
    if (confirmed.status !== 200) throw new Error(JSON.stringify(confirmed.body));
    const { rows } = await this.api.owner.query<{ id: string }>(
      `select id from recoveries where user_id = $1 and state = 'proved'`,
      [person.id],
    );
    const { check_code: checkCode, recovery_codes: recoveryCodes } = confirmed.body as {
      check_code: string;
      recovery_codes: string[];
    };
    return { id: rows[0]!.id, checkCode, secret: prepared.secret, recoveryCodes, confirmed };
  }

  approve(desk: Browser, { id, checkCode }: Pick<Proved, 'id' | 'checkCode'>): Promise<Got> {
    return desk.post(`/v1/recoveries/${id}/approve`, { check_code: checkCode });
  }

  async state(id: string): Promise<string> {
    const { rows } = await this.api.owner.query<{ state: string }>(
      'select state from recoveries where id = $1',
      [id],
    );
    return rows[0]!.state;
  }

  /** The status of the first step of a sign-in. */
  async password(email: string, password: string): Promise<number> {
    return (await new Browser(this.api).post('/v1/auth/password', { email, password })).status;
  }
}
