import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  mayApproveRecovery,
  mayStopRecovery,
  RECOVERY_STATES,
  recoveryAfter,
  type Person,
} from './recovery';

test('12.1, the moves are those that the database lets through', () => {
  const sql = readFileSync(
    join(__dirname, '../../store/postgres/migrations/0020_people.sql'),
    'utf8',
  );
  const list = sql.slice(sql.indexOf('not in ('), sql.indexOf(') then'));
  const written = [...list.matchAll(/\('(\w+)', '(\w+)'\)/g)].map(([, a, b]) => `${a} ${b}`).sort();
  const moves = ['prove', 'approve', 'apply', 'stop', 'expire'] as const;
  const ours = RECOVERY_STATES.flatMap((from) =>
    moves.flatMap((move) => {
      const to = recoveryAfter(from, move);
      return to ? [`${from} ${to}`] : [];
    }),
  );
  expect(ours.sort()).toEqual(written);
});

const person = (id: string, role: Person['role'], tenantId: string): Person => ({
  id,
  role,
  tenantId,
});

test('12.1, nobody approves their own, and a checker a brand only where no other owner is left', () => {
  const owner = person('a', 'brand_owner', 'brd_1');
  const checker = person('c', 'ops_checker', 'ops');
  expect(mayApproveRecovery(owner, owner, [owner])).toBe(false);
  expect(mayApproveRecovery(checker, checker, [])).toBe(false);
  expect(mayApproveRecovery(checker, owner, [owner])).toBe(true);
  expect(mayApproveRecovery(checker, owner, [owner, { id: 'b' }])).toBe(false);
  expect(mayApproveRecovery(person('m', 'ops_maker', 'ops'), checker, [])).toBe(false);
  expect(mayApproveRecovery(person('x', 'brand_owner', 'brd_2'), owner, [owner])).toBe(false);
  expect(mayStopRecovery(owner, owner)).toBe(true);
  expect(mayStopRecovery(person('x', 'brand_owner', 'brd_2'), owner)).toBe(false);
});
