import { randomBytes } from 'node:crypto';

import * as fc from 'fast-check';
import type { Pool } from 'pg';

import { advanceConversion } from '../../activities/conversions/advance';
import { foldOrder, ORDER_STATUSES, type OrderEvent } from '../../domain/intake/fold';
import { splitSale } from '../../domain/ledger/plans';
import { formatTenge } from '../../domain/money';
import { LedgerQueue } from '../../store/postgres/ledger';
import { loadConversionFacts } from '../../store/postgres/conversionMoney';
import { Database, poolOf, Statements } from '../simulation/model/database';
import { conversionStatements } from '../simulation/model/sql/conversions';
import { eventsOf, intakeStatements, takeIn } from '../simulation/model/sql/intake';
import { ledgerStatements } from '../simulation/model/sql/ledger';
import { moneyStatements } from '../simulation/model/sql/lots';
import { withRegime, withTerms } from './influencer/money';
import { postback, startHarness, type Harness, type World } from './harness';

/**
 * Up to six words of a shop in any order, with steps of the order's life between them, on the real Postgres: the end is
 * what the pure fold says. The same life over the rows of test/simulation must leave the same rows, so that what the
 * simulation finds there is true here.
 */
let api: Harness;
let world: World;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
  await withTerms(api, world, 3600);
  await withRegime(api, world, 'individual_gph');
  await api.owner.query(`update payee_statuses set expires_at = now() + interval '3000 days'`);
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const DAY = 86_400_000;
const statements = [
  conversionStatements,
  ledgerStatements,
  moneyStatements,
  intakeStatements,
].reduce((known, add) => add(known), new Statements());

const event = fc.record({
  status: fc.constantFrom(...ORDER_STATUSES),
  // Cents that round, and amounts that come back to what they were.
  sale: fc.constantFrom(1n, 199n, 33_333n, 100_000n, 100_001n, 700_007n),
  numbered: fc.boolean(),
  second: fc.nat(3),
  /** Days until the order is looked at; null: the next word comes first. */
  lookedAt: fc.constantFrom(null, 0, 400),
});
const lives = fc.array(event, { minLength: 1, maxLength: 6 }).chain((list) =>
  fc.shuffledSubarray(
    list.map((one, i) => ({ ...one, version: one.numbered ? i + 1 : 0 })),
    { minLength: list.length },
  ),
);

const depsOf = (pool: Pool, days: number) => ({
  pool,
  ledger: new LedgerQueue(pool),
  now: () => new Date(Date.now() + days * DAY),
  mode: 'test' as const,
  pollEveryMs: DAY,
  orderLimit: 500_000_000n,
});

const ORDER = `select state, reason_code, order_status, sale_tiyn, revision, gross_tiyn, fee_tiyn, payable_tiyn,
  accrued_at is not null as promised, more_gross_tiyn, more_payable_tiyn, more_revision from conversions where id = $1`;
const LOT = `select gross_tiyn, fee_tiyn, payable_tiyn from payable_lots where conversion_id = $1`;
const CORRECTIONS = `select revision, kind, gross_tiyn, fee_tiyn, payable_tiyn, debt_tiyn, reason_code
  from conversion_corrections where conversion_id = $1 order by revision`;
const LEDGER = `select id, kind, reason, pending_id from ledger_transactions where subject_id = $1 order by id`;

async function rowsOf(id: string): Promise<unknown> {
  const rows = async (text: string): Promise<unknown> => (await api.owner.query(text, [id])).rows;
  return {
    order: await rows(ORDER),
    lot: await rows(LOT),
    corrections: await rows(CORRECTIONS),
    ledger: await rows(LEDGER),
  };
}

const pick = (row: object, names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, (row as Record<string, unknown>)[name]]));
const SPLIT = ['gross_tiyn', 'fee_tiyn', 'payable_tiyn'];

function modelRows(db: Database, id: string): unknown {
  const order = db.conversions.get(id)!;
  const names = ['state', 'reason_code', 'order_status', 'sale_tiyn', 'revision', ...SPLIT];
  const more = ['more_gross_tiyn', 'more_payable_tiyn', 'more_revision'];
  return {
    order: [{ ...pick(order, [...names, ...more]), promised: order.accrued_at !== null }],
    lot: db.lots.where((row) => row.conversion_id === id).map((row) => pick(row, SPLIT)),
    corrections: db.corrections
      .where((row) => row.conversion_id === id)
      .sort((a, b) => a.revision - b.revision)
      .map((row) => pick(row, ['revision', 'kind', ...SPLIT, 'debt_tiyn', 'reason_code'])),
    ledger: db.ledger
      .where((row) => row.subject === id)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((row) => pick(row, ['id', 'kind', 'reason', 'pending_id'])),
  };
}

async function modelOf(id: string): Promise<Database> {
  const facts = await loadConversionFacts(api.owner, id);
  const db = new Database();
  db.now = () => Date.now();
  db.brands.put({ id: facts!.brandId, credit_limit_tiyn: null });
  db.programmes.put({
    id: facts!.programmeId,
    brand_id: facts!.brandId,
    confirmation: facts!.confirmation,
    order_source: null,
    order_limit_tiyn: null,
    day_limit_tiyn: null,
    terms: facts!.terms!,
  });
  db.influencers.put({
    id: world.influencerId,
    has_iin: true,
    instrument_token: 'card',
    instrument_kind: 'card',
    instrument_last4: '0001',
    instrument_stopped_at: null,
    stopped_tokens: [],
    instrument_since: 0,
    regime: 'demo_flat_10',
    regime_pending: false,
    regime_expires_at: null,
  });
  return db;
}

test('any interleaving of six events and steps ends as the fold says, and as the simulation has it', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (list) => {
      const began = Date.now();
      const transaction_id = randomBytes(8).toString('hex');
      const click_id = api.clickIds.mint(world.linkNumber, began - DAY);
      let id = '';
      let db: Database | undefined;
      const told: OrderEvent[] = [];
      const look = async (days: number): Promise<void> => {
        await advanceConversion(depsOf(api.pool, days), { conversionId: id });
        const turn = { wait: () => Promise.resolve() };
        await advanceConversion(depsOf(poolOf(db!, statements, turn), days), { conversionId: id });
      };
      for (const [i, one] of list.entries()) {
        const occurredAt = began - one.second * 1000;
        const answer = await postback(api, world, {
          transaction_id,
          click_id,
          status: one.status,
          sale_amount: formatTenge(one.sale),
          occurred_at: new Date(occurredAt).toISOString(),
          ...(one.version > 0 && { event_version: one.version }),
        });
        expect(answer.status).toBe(200);
        id = answer.body['conversion_id'] as string;
        db ??= await modelOf(id);
        const { status, sale, version } = one;
        takeIn(
          db,
          {
            conversionId: id,
            webhookId: `w${i}`,
            status,
            sale,
            version,
            occurredAt,
            influencerId: world.influencerId,
            clickedAt: began - DAY,
          },
          world.programmeId,
        );
        told.push({ ours: false, eventVersion: version, occurredAtMs: occurredAt, status, sale });
        if (one.lookedAt !== null) await look(one.lookedAt);
      }
      await look(800);
      await look(1600);
      // An order that came back at the first of these has a hold of its own, and its shop's silence after that.
      await look(2400);
      expect(await rowsOf(id)).toEqual(modelRows(db!, id));
      expect(eventsOf(db!, id)).toHaveLength(told.length);
      await endsAsTold(id, told as [OrderEvent, ...OrderEvent[]]);
    }),
    { numRuns: 150 },
  );
}, 300_000);

/** By the fold alone: what the order is worth stands in the books, promised or released, or nothing does. */
async function endsAsTold(id: string, told: [OrderEvent, ...OrderEvent[]]): Promise<void> {
  const { status, sale } = foldOrder(told);
  const facts = (await loadConversionFacts(api.owner, id))!;
  const isGone = status === 'rejected' || status === 'refunded';
  const terms = facts.terms!;
  const worth = splitSale(sale, terms.commissionBps, terms.platformFeeBps);
  const { rows } = await api.owner.query<{ owed: bigint; promised: bigint }>(
    `select coalesce(-sum(e.amount) filter (where e.layer = 'posted'), 0)::bigint as owed,
            coalesce(-sum(e.amount) filter (where e.layer <> 'posted'), 0)::bigint as promised
       from ledger_entries e join ledger_transactions t on t.seq = e.tx_seq
       join ledger_accounts a on a.id = e.account_id
      where t.subject_id = $1 and a.class = 'advertiser'`,
    [id],
  );
  const has = rows[0]!.owed + rows[0]!.promised;
  expect([id, has]).toEqual([id, isGone || worth.payable === 0n ? 0n : worth.gross]);
  if (isGone || worth.payable === 0n) expect(['CANCELLED', 'REFUSED']).toContain(facts.state);
  else if (status === 'pending') expect(['REVIEW', 'PAYABLE']).toContain(facts.state);
  else expect(['PAYABLE', 'REVIEW']).toContain(facts.state);
}
