import { until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { insertOutbox } from '../../store/postgres/outbox';
import { decideStatus, insertDeclaredStatus } from '../../store/postgres/payeeStatuses';
import { inTransaction } from '../../store/postgres/pool';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';

let on: TestPlatform;
let influencer: DemoInfluencer;
beforeAll(async () => {
  on = await startTestPlatform({ name: 'payee', holdSeconds: 2 });
  influencer = on.data.influencers.find((one) => one.regime === 'individual_entrepreneur')!;
});
afterAll(() => on.stop());

/** As the handlers do it: the change and the word of it in one transaction. */
const changed = (change: Parameters<typeof inTransaction<void>>[1]): Promise<void> =>
  inTransaction(on.db.pool, async (sql) => {
    await change(sql);
    await insertOutbox(sql, { topic: 'payee.updated', subjectId: influencer.id, payload: {} });
  });

test('a change of the payee releases every order that waits for it, at once and not at the daily look', async () => {
  let statusId = '';
  await changed(async (sql) => {
    const status = await insertDeclaredStatus(sql, {
      influencerId: influencer.id,
      regime: 'individual_entrepreneur',
      state: 'pending',
      deductionApplies: false,
      evidence: 'declaration',
      evidenceRef: 'KZ12',
      expiresAt: new Date(Date.now() + 86_400_000),
    });
    statusId = status.id.toString();
  });
  const ids = await Promise.all(
    [1, 2, 3].map(() => journey.order(on, influencer, { status: 'approved' })),
  );
  for (const id of ids)
    await until(
      'it waits for the registration to be seen',
      () => journey.conversion(on, id),
      (body) => (body['reason'] as { code: string } | null)?.code === 'payee_status_pending',
    );
  await changed(async (sql) => {
    await decideStatus(sql, { statusId, state: 'confirmed', decidedBy: 'test' });
    // Confirmed, but now there is nothing to pay to: the orders say so and go on waiting.
    await sql.query('update influencers set instrument_stopped_at = now() where id = $1', [
      influencer.id,
    ]);
  });
  for (const id of ids)
    await until(
      'it waits for an instrument',
      () => journey.conversion(on, id),
      (body) => (body['reason'] as { code: string } | null)?.code === 'instrument_stopped',
    );
  await changed(async (sql) => {
    await sql.query('update influencers set instrument_stopped_at = null where id = $1', [
      influencer.id,
    ]);
  });
  for (const id of ids) await journey.conversionIs(on, id, 'PAYABLE');
  const { rows } = await on.db.pool.query(
    `select count(*)::int as told from notices where influencer_id = $1 and code = 'money_payable'`,
    [influencer.id],
  );
  expect(rows).toEqual([{ told: 3 }]);
  expect(await journey.booksAreRight(on)).toMatchObject({ sum: 0n, wrong: 0 });
});
