import { insertAudit } from '../../store/postgres/audit';
import { inTransaction } from '../../store/postgres/pool';
import { listSwitches, turnSwitch, type SwitchRow } from '../../store/postgres/switches';
import { auditOf } from '../access/audit';
import { factorIsFresh } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { actor } from './shapes';

export const switchShape = (row: SwitchRow): unknown => ({
  name: row.name,
  on: row.is_on,
  reason: row.reason,
  changed_by: actor(row.changed_by, row.changed_by_name),
  changed_at: row.changed_at,
});

export const getSwitches: Handler = async ({ pool }) =>
  jsonAnswer(200, { items: (await listSwitches(pool)).map(switchShape) });

/**
 * Stopping must never wait for anybody. Letting money go again is a checker's decision with a fresh factor. The
 * switch is read before every single send, so turning it on also stops runs that are under way.
 */
export const setPayoutsStopped: Handler = async ({ pool, now }, call, viewer) => {
  const { on, reason } = call.body as { on: boolean; reason: string };
  if (!on && viewer.role !== 'ops_checker') return { problem: 'checker_required' };
  if (!on && !factorIsFresh(viewer, now())) return { problem: 'factor_required' };
  const name = 'payouts_stopped';
  await inTransaction(pool, async (sql) => {
    const { wasOn } = await turnSwitch(sql, { name, on, reason, changedBy: viewer.actorId });
    const action = on ? 'payouts.stop' : 'payouts.resume';
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action,
        subjectId: name,
        before: { on: wasOn },
        after: { on, reason },
      }),
    );
  });
  const row = (await listSwitches(pool)).find((one) => one.name === name)!;
  return jsonAnswer(200, switchShape(row));
};
