import { parseArgs } from 'node:util';

import type { Role } from '../domain/access';
import { canonicalEmail } from '../domain/identity/email';
import { keyRing, text } from '../config/env';
import { insertAudit, type AuditEntry } from '../store/postgres/audit';
import { revokeInvitationsOf } from '../store/postgres/invitations';
import { createPool, inTransaction, type Sql } from '../store/postgres/pool';
import { createSealer, type Sealer } from '../store/postgres/sealing';
import { disableUser, lockMembers, setRole, type Member } from '../store/postgres/team';
import { errorMessage } from '../telemetry/failure';
import { invite } from './accounts/inviting';
import { readPublicOrigin } from './config';

/**
 * Staff of the platform are made here, on the server, and by no operation of the API: somebody signed in as
 * a maker could otherwise invite a second self as checker and approve their own payouts (README.md).
 */
const USAGE = `Usage:
  staff --list
  staff --invite  --email ADDRESS --role ROLE   prints a link; for an account that is there, new credentials
  staff --change  --email ADDRESS --role ROLE
  staff --disable --email ADDRESS
ROLE: ops_maker, ops_checker, ops_auditor`;

const STAFF_ROLES: readonly string[] = ['ops_maker', 'ops_checker', 'ops_auditor'];
const TENANT = 'ops';

class Refused extends Error {}

type Command = {
  readonly act: 'list' | 'invite' | 'change' | 'disable';
  readonly email: string;
  readonly role: Role;
};

export function readCommand(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean' },
      invite: { type: 'boolean' },
      change: { type: 'boolean' },
      disable: { type: 'boolean' },
      email: { type: 'string' },
      role: { type: 'string' },
    },
  });
  const acts = (['list', 'invite', 'change', 'disable'] as const).filter((act) => values[act]);
  const [act] = acts;
  const email = canonicalEmail(values.email ?? '');
  const role = values.role ?? '';
  const fits =
    acts.length === 1 &&
    (act === 'list' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) &&
    (act === 'list' || act === 'disable' || STAFF_ROLES.includes(role));
  if (!fits) throw new Refused(USAGE);
  return { act: act!, email, role: role as Role };
}

const audit = (
  sql: Sql,
  what: Pick<AuditEntry, 'action' | 'subjectId' | 'before' | 'after'>,
): Promise<void> =>
  insertAudit(sql, {
    actorId: 'system',
    actorRole: 'system',
    via: 'system',
    tenantId: TENANT,
    ipPrefix: 'server',
    userAgent: 'staff',
    requestId: 'none',
    ...what,
  });

const emailOf = (sealer: Sealer, { id, emailSealed }: Member): string =>
  sealer.open(emailSealed, id).toString();

async function run(
  sql: Sql,
  sealer: Sealer,
  publicOrigin: string,
  { act, email, role }: Command,
): Promise<string> {
  const staff = await lockMembers(sql, TENANT);
  if (act === 'list')
    return staff
      .map((one) => [one.id, one.role, one.disabled ? 'disabled' : 'active', emailOf(sealer, one)])
      .map((cells) => cells.join('  '))
      .join('\n');
  if (act === 'invite') {
    const given = { email, role, tenantId: TENANT, invitedBy: 'system', publicOrigin };
    const invited = await invite(sql, sealer, { ...given, nowMs: Date.now() });
    if (invited === 'email_taken')
      throw new Refused('This e-mail belongs to an account of a brand.');
    if (invited === 'role_differs')
      throw new Refused('This person has another role: staff --change, or --disable first.');
    await audit(sql, { action: 'invitation.create', subjectId: invited.id, after: { role } });
    return `${invited.url}\nShown this once; valid until ${invited.expires_at}.`;
  }
  const member = staff.find((one) => emailOf(sealer, one) === email);
  if (!member) throw new Refused('Nobody of the staff has this e-mail.');
  const before = { role: member.role, disabled: member.disabled };
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
    max: 1,
  });
  const sealer = createSealer(keyRing(process.env, 'GAMMA_MASTER_KEY'));
  const origin = readPublicOrigin(process.env);
  try {
    const said = await inTransaction(pool, (sql) => run(sql, sealer, origin, command));
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
