import { parseArgs } from 'node:util';

import type { Role } from '../domain/access';
import { canonicalEmail } from '../domain/identity/email';
import { keyRing, text } from '../config/env';
import { insertAudit, type AuditEntry } from '../store/postgres/audit';
import { revokeInvitationsOf } from '../store/postgres/invitations';
import { createPool, inTransaction, type Sql } from '../store/postgres/pool';
import { approveRecovery, findRecoveryOf, lockRecovery } from '../store/postgres/recoveries';
import { createSealer, type Sealer } from '../store/postgres/sealing';
import { disableUser, lockMembers, setRole, type Member } from '../store/postgres/team';
import { findByEmail } from '../store/postgres/users';
import { errorMessage } from '../telemetry/failure';
import { invite } from './accounts/inviting';
import { endRecoveriesOf, tellPerson, tellWatchers } from './accounts/recovering';
import { checkCode } from './accounts/recoveryLinks';
import { readRecoveryDelay } from './config';

/**
 * Staff of the platform are made here, on the server, and by no operation of the API: somebody signed in as
 * a maker could otherwise invite a second self as checker and approve their own payouts (README.md).
 */
const USAGE = `Usage:
  staff --list
  staff --invite  --email ADDRESS --role ROLE   mails a link to that address
  staff --approve --email ADDRESS --code DIGITS  agrees to that person's recovery where no checker is left to
  staff --change  --email ADDRESS --role ROLE
  staff --disable --email ADDRESS
ROLE: ops_maker, ops_checker, ops_auditor`;

const STAFF_ROLES: readonly string[] = ['ops_maker', 'ops_checker', 'ops_auditor'];
const TENANT = 'ops';

class Refused extends Error {}

const ACTS = ['list', 'invite', 'approve', 'change', 'disable'] as const;

type Command = {
  readonly act: (typeof ACTS)[number];
  readonly email: string;
  readonly role: Role;
  readonly code: string;
};

export function readCommand(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean' },
      invite: { type: 'boolean' },
      approve: { type: 'boolean' },
      code: { type: 'string' },
      change: { type: 'boolean' },
      disable: { type: 'boolean' },
      email: { type: 'string' },
      role: { type: 'string' },
    },
  });
  const acts = ACTS.filter((act) => values[act]);
  const [act] = acts;
  const email = canonicalEmail(values.email ?? '');
  const role = values.role ?? '';
  const fits =
    acts.length === 1 &&
    (act === 'list' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) &&
    (['list', 'disable', 'approve'].includes(act ?? '') || STAFF_ROLES.includes(role));
  if (!fits) throw new Refused(USAGE);
  return { act: act!, email, role: role as Role, code: values.code ?? '' };
}

type What = Pick<AuditEntry, 'action' | 'subjectId' | 'before' | 'after'>;

const systemEntry = (what: What): AuditEntry => ({
  actorId: 'system',
  actorRole: 'system',
  via: 'system',
  tenantId: TENANT,
  ipPrefix: 'server',
  userAgent: 'staff',
  requestId: 'none',
  ...what,
});

const audit = (sql: Sql, what: What): Promise<void> => insertAudit(sql, systemEntry(what));

const emailOf = (sealer: Sealer, { id, emailSealed }: Member): string =>
  sealer.open(emailSealed, id).toString();

/** Whoever has the server sees who has an account anyway: here a wrong address is said at once. */
async function inviteStaff(sql: Sql, sealer: Sealer, { email, role }: Command): Promise<string> {
  const account = await findByEmail(sql, sealer.blindIndex(email, 'users.email'));
  if (account && account.tenantId !== TENANT)
    throw new Refused('This e-mail belongs to an account of a brand.');
  if (account && !account.disabled)
    throw new Refused('This person has access: staff --change for another role.');
  const invited = await invite(sql, sealer, {
    ...{ email, role, tenantId: TENANT, organisation: 'Gamma', invitedBy: 'system' },
    ...{ locale: 'ru', opensAt: null, nowMs: Date.now() },
  });
  await audit(sql, { action: 'invitation.create', subjectId: invited.id, after: { role } });
  return `The link is on its way to that mailbox; valid until ${invited.expires_at}.`;
}

/** For the last checker: nobody in the platform could agree. The wait is the same, and so is who is told. */
async function approve(
  sql: Sql,
  sealer: Sealer,
  member: Member,
  { code }: Command,
  delayMs: number,
): Promise<string> {
  const found = await findRecoveryOf(sql, member.id);
  const recovery = found && (await lockRecovery(sql, found.id));
  if (recovery?.state !== 'proved' || recovery.expiresAt.getTime() <= Date.now())
    throw new Refused('This person has no recovery that waits for a second person.');
  if (code !== checkCode(sealer, recovery.id))
    throw new Refused('Those are not the six digits: ask the person for them.');
  const at = new Date();
  const effectiveAt = new Date(at.getTime() + delayMs);
  await approveRecovery(sql, recovery.id, 'system', at, effectiveAt);
  const values = { effectiveAt: effectiveAt.toISOString() };
  await tellPerson(sql, sealer, 'recovery_approved', recovery, member, values);
  await tellWatchers(sql, sealer, 'recovery_to_watch', recovery, member.name, values);
  await audit(sql, { action: 'recovery.approve', subjectId: recovery.id, after: values });
  return `Takes effect at ${values.effectiveAt}.`;
}

type Settings = { readonly sealer: Sealer; readonly delayMs: number };

async function run(sql: Sql, { sealer, delayMs }: Settings, command: Command): Promise<string> {
  const { act, email, role } = command;
  const staff = await lockMembers(sql, TENANT);
  if (act === 'list')
    return staff
      .map((one) => [one.id, one.role, one.disabled ? 'disabled' : 'active', emailOf(sealer, one)])
      .map((cells) => cells.join('  '))
      .join('\n');
  if (act === 'invite') return inviteStaff(sql, sealer, command);
  const member = staff.find((one) => emailOf(sealer, one) === email);
  if (!member) throw new Refused('Nobody of the staff has this e-mail.');
  if (act === 'approve') return approve(sql, sealer, member, command, delayMs);
  const before = { role: member.role, disabled: member.disabled };
  await endRecoveriesOf(sql, member.id, { by: 'system', at: new Date() }, systemEntry);
  if (act === 'change') {
    await setRole(sql, member.id, role);
    await audit(sql, {
      action: 'person.change_role',
      subjectId: member.id,
      before,
      after: { role },
    });
    return `${member.id} is ${role} from now on.`;
  }
  await disableUser(sql, member.id);
  await revokeInvitationsOf(sql, TENANT, sealer.blindIndex(email, 'users.email'));
  await audit(sql, { action: 'person.disable', subjectId: member.id, before });
  return `${member.id} is shut out; all sessions have ended.`;
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  const pool = createPool({
    url: text(process.env, 'DATABASE_URL'),
    applicationName: 'gamma-staff',
    role: 'gamma_api',
    max: 1,
  });
  const sealer = createSealer(keyRing(process.env, 'GAMMA_MASTER_KEY'));
  const delayMs = readRecoveryDelay(process.env);
  try {
    const said = await inTransaction(pool, (sql) => run(sql, { sealer, delayMs }, command));
    process.stdout.write(`${said}\n`);
  } finally {
    await pool.end();
  }
}

if (require.main === module) {
  main().catch((thrown: unknown) => {
    const isUsage = thrown instanceof Refused || thrown instanceof TypeError;
    process.stderr.write(`${isUsage ? thrown.message : errorMessage(thrown)}\n`);
    process.exitCode = isUsage ? 2 : 1;
  });
}
