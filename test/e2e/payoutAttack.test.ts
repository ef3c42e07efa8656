import { randomBytes } from 'node:crypto';

import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';

import { idFromBytes } from '../../domain/ids';
import { until } from '../../sandbox/demo/http';
import * as contract from '../../workflows/contract';
import { addBulkPayouts, type BulkPayouts } from '../../sandbox/bulkPayouts';
import { batchStart } from '../../temporal/batchStart';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import { readSharedStack } from '../support/sharedStack';
import { startDesk, type Desk, type Person } from './opsDesk';

/** Somebody who reaches Temporal and nothing else, without and with the codec's key: they pay nothing. */
let desk: Desk;
let on: TestPlatform;
let maker: Person;
let plain: Client;
beforeAll(async () => {
  desk = await startDesk('payout-attack', { SANDBOX_SETTLE_MS: '50' });
  on = desk.on;
  maker = await desk.person('ops_maker');
  const { namespace } = on.temporal.options;
  const address = readSharedStack().urls.temporal;
  plain = new Client({ connection: await Connection.connect({ address }), namespace });
});
afterAll(async () => {
  await plain.connection.close();
  await desk.stop();
});

const timing: contract.PayoutTiming = {
  submitTimeoutMs: 5_000,
  statusFirstMs: 100,
  statusMaxMs: 1_000,
  notFoundWaitMs: 600_000,
  unknownGiveUpMs: 600_000,
};

/** Everything of the run as it stands in Postgres. */
async function standing({ batchId }: BulkPayouts): Promise<unknown> {
  const { rows } = await on.db.owner.query(
    `select b.state, b.approved_by, b.prepared_by, b.done_at is null as open, p.state as payout, p.approval_id
       from payout_batches b join payouts p on p.batch_id = b.id where b.id = $1 order by p.id`,
    [batchId],
  );
  return rows;
}

const sent = async ({ payoutIds }: BulkPayouts): Promise<number> =>
  (await journey.providerBook(on)).filter((entry) => payoutIds.includes(entry.reference)).length;

const frozenRun = async (): Promise<BulkPayouts> => {
  const made = await addBulkPayouts(on.db, 2);
  await desk.send(maker, 'POST', `/v1/payout-batches/${made.batchId}/prepare`);
  return made;
};

/** What they may try on a run that waits for its approval. */
function tries(client: Client, { period, batchId }: BulkPayouts, otherApproval: string) {
  const handle = client.workflow.getHandle(contract.batchWorkflowId(period, 'KZT'));
  const update = (name: string, input: unknown): Promise<unknown> =>
    handle.executeUpdate(name, { args: [input] });
  const made = idFromBytes('payoutApproval', randomBytes(16));
  return {
    'a name': () => update('approve', { approvedBy: 'nobody' }),
    'a name with its total': () =>
      update('approve', { approvedBy: maker.id, expectedTotal: '1400.00' }),
    'a made-up approval': () => update('approve', { approvalId: made }),
    'the approval of another run': () => update('approve', { approvalId: otherApproval }),
    'the run’s own id': () => update('approve', { approvalId: batchId }),
    'an empty message': () => update('approve', {}),
    'a preparation': () => update('prepare', { by: 'nobody', note: null }),
    'an old signal': () => handle.signal('payoutRequested', { payoutId: 'pay_0000000000' }),
  };
}

test.each(['without the codec’s key', 'with the codec’s key'])(
  'messages of an attacker %s move nothing',
  async (which) => {
    const client = which.startsWith('without') ? plain : on.temporal;
    const paid = await frozenRun();
    await journey.approve(on, paid.batchId);
    await journey.payoutRunIs(on, paid.batchId, 'done', 90_000);
    const { rows } = await on.db.pool.query<{ id: string }>(
      'select id from payout_approvals where batch_id = $1',
      [paid.batchId],
    );
    const run = await frozenRun();
    const before = await standing(run);
    for (const [what, attempt] of Object.entries(tries(client, run, rows[0]!.id))) {
      // Refused by the step that reads Postgres, or not even read: both are fine, an effect is not.
      const answer = await Promise.race([
        attempt().catch((refused: unknown) => ({ refused: String(refused) })),
        new Promise((resolve) => setTimeout(() => resolve('not answered'), 10_000)),
      ]);
      expect([what, JSON.stringify(answer ?? null)]).not.toEqual([
        what,
        expect.stringContaining('"kind":"approved"'),
      ]);
      expect([what, await standing(run)]).toEqual([what, before]);
    }
    expect(await sent(run)).toBe(0);
    // The run itself is as alive as before.
    await journey.approve(on, run.batchId);
    await journey.payoutRunIs(on, run.batchId, 'done', 90_000);
    expect(await sent(run)).toBe(2);
  },
  200_000,
);

test('an approval that was used opens nothing once more', async () => {
  const run = await frozenRun();
  await journey.approve(on, run.batchId);
  await journey.payoutRunIs(on, run.batchId, 'done', 90_000);
  const { rows } = await on.db.pool.query<{ id: string }>(
    'select id from payout_approvals where batch_id = $1',
    [run.batchId],
  );
  const start = batchStart(
    { id: run.batchId, period: run.period, currency: 'KZT' },
    { collectMs: 0, approveWithinMs: 1_000, timing },
  );
  const handle = await on.temporal.workflow.start('payoutBatch', start);
  await handle.result();
  await on.temporal.workflow
    .executeUpdateWithStart(contract.approve, {
      startWorkflowOperation: new WithStartWorkflowOperation('payoutBatch', start),
      args: [{ approvalId: rows[0]!.id }],
    })
    .catch(() => undefined);
  const book = await journey.providerBook(on);
  for (const id of run.payoutIds)
    expect(book.filter((entry) => entry.reference === id)).toMatchObject([{ submits: 1 }]);
}, 120_000);

test('a run’s workflow started by an attacker, with times of their own, neither freezes nor ends nor pays it', async () => {
  const gathering = await addBulkPayouts(on.db, 2);
  const start = { collectMs: 0, approveWithinMs: 0, timing };
  const begin = async (client: Client, run: BulkPayouts, workflowId: string): Promise<void> => {
    await client.workflow.start('payoutBatch', {
      ...batchStart({ id: run.batchId, period: run.period, currency: 'KZT' }, start),
      workflowId,
      args: [{ ...start, batchId: run.batchId, startedAfter: '' }],
    });
  };
  const looked = (workflowId: string): Promise<unknown> =>
    until(
      'their workflow has looked',
      () =>
        on.temporal.workflow
          .getHandle(workflowId)
          .query(contract.batchState)
          .catch(() => undefined),
      (view) => view !== undefined && view.items === 2,
    );
  const before = await standing(gathering);
  await begin(on.temporal, gathering, 'batch/theirs/1');
  await looked('batch/theirs/1');
  expect(await standing(gathering)).toEqual(before);
  await on.temporal.workflow.getHandle('batch/theirs/1').terminate('test');

  await desk.send(maker, 'POST', `/v1/payout-batches/${gathering.batchId}/prepare`);
  const frozen = await standing(gathering);
  await begin(on.temporal, gathering, 'batch/theirs/2');
  await looked('batch/theirs/2');
  expect(await standing(gathering)).toEqual(frozen);
  expect(await sent(gathering)).toBe(0);
  await on.temporal.workflow.getHandle('batch/theirs/2').terminate('test');
  await journey.approve(on, gathering.batchId);
  await journey.payoutRunIs(on, gathering.batchId, 'done', 90_000);
}, 120_000);

test('a payout’s own workflow started by an attacker sends nothing of a run that is not approved', async () => {
  const run = await frozenRun();
  const [payoutId] = run.payoutIds;
  const before = await standing(run);
  const handle = await on.temporal.workflow.start('payoutItem', {
    workflowId: contract.payoutWorkflowId(payoutId!),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId, batchId: run.batchId, timing }],
  });
  await until(
    'it has tried to send',
    () => handle.fetchHistory(),
    ({ events }) =>
      events!.some(
        (event) =>
          event.activityTaskFailedEventAttributes ?? event.activityTaskCompletedEventAttributes,
      ),
  );
  expect(await sent(run)).toBe(0);
  expect(await standing(run)).toEqual(before);
  await handle.terminate('test').catch(() => undefined);
  await journey.approve(on, run.batchId);
  await journey.payoutRunIs(on, run.batchId, 'done', 90_000);
  expect(await sent(run)).toBe(2);
}, 120_000);

test('past the database’s own rules: a run that is not what was approved sends nothing', async () => {
  await journey.stopPayouts(on, true);
  const run = await frozenRun();
  // Between the approval and the first start, as whoever owns the database could: the trigger is out of the way.
  await journey.approve(on, run.batchId);
  await on.db.owner.query('alter table payouts disable trigger payouts_as_approved');
  await on.db.owner.query(
    "update payouts set started_at = null, instrument_token = 'tok_card_000000000000000000000000' where id = $1",
    [run.payoutIds[0]],
  );
  await on.db.owner.query('alter table payouts enable trigger payouts_as_approved');
  for (const id of run.payoutIds)
    await on.temporal.workflow
      .getHandle(contract.payoutWorkflowId(id))
      .terminate('test')
      .catch(() => undefined);
  await journey.stopPayouts(on, false);
  await desk.send(maker, 'POST', `/v1/payout-batches/${run.batchId}/restart`, { reason: 'a test' });
  const handle = on.temporal.workflow.getHandle(contract.batchWorkflowId(run.period, 'KZT'));
  await until(
    'the window is refused',
    () => handle.describe(),
    ({ raw }) =>
      raw.pendingActivities?.some(
        (one) => one.lastFailure?.applicationFailureInfo?.type === contract.FAILURE.approvalBroken,
      ) === true,
  );
  expect(await sent(run)).toBe(0);
}, 120_000);
