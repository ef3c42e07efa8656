import type { Role } from '../access';

/**
 * Winning a lost account back: mailbox, then a second person, then a wait in which anybody concerned can say no. Nothing
 * of the account changes before `apply`.
 */
export const RECOVERY_STATES = [
  'asked',
  'proved',
  'approved',
  'done',
  'stopped',
  'expired',
] as const;
export type RecoveryState = (typeof RECOVERY_STATES)[number];
export type RecoveryMove = 'prove' | 'approve' | 'apply' | 'stop' | 'expire';

/** Every move there is; the database refuses others (migration 0020). */
const MOVES: Readonly<
  Record<RecoveryState, Readonly<Partial<Record<RecoveryMove, RecoveryState>>>>
> = {
  asked: { prove: 'proved', stop: 'stopped', expire: 'expired' },
  proved: { approve: 'approved', stop: 'stopped', expire: 'expired' },
  approved: { apply: 'done', stop: 'stopped' },
  done: {},
  stopped: {},
  expired: {},
};

export const recoveryAfter = (
  state: RecoveryState,
  move: RecoveryMove,
): RecoveryState | undefined => MOVES[state][move];

export type Person = { readonly id: string; readonly role: Role; readonly tenantId: string };

const isOwnerOf = (person: Person, tenantId: string): boolean =>
  person.role === 'brand_owner' && person.tenantId === tenantId;

/**
 * Who may say yes for `subject`; `owners` are the brand's active owners. Never the person themself. A brand's people are
 * let in by an owner; only where no other owner is left, by a checker of ops. Ops people by a checker: a maker who
 * could let a checker in would need one mailbox to be both.
 */
export function mayApproveRecovery(
  by: Person,
  subject: Person,
  owners: readonly Pick<Person, 'id'>[],
): boolean {
  if (by.id === subject.id) return false;
  if (subject.tenantId === 'ops') return by.role === 'ops_checker';
  if (isOwnerOf(by, subject.tenantId)) return true;
  const hasAnother = owners.some(({ id }) => id !== subject.id);
  return by.role === 'ops_checker' && !hasAnother;
}

/** Who may say no: wider than who may say yes, for a stop costs a day and a takeover costs a brand. */
export const mayStopRecovery = (by: Person, subject: Person): boolean =>
  by.id === subject.id ||
  isOwnerOf(by, subject.tenantId) ||
  by.role === 'ops_checker' ||
  (subject.tenantId === 'ops' && by.role === 'ops_maker');

/** Owners move a brand's money and ops everybody's: those around them get time to say no. */
export const waitsAfterApproval = (role: Role): boolean =>
  role === 'brand_owner' || role.startsWith('ops_');
