import { randomBytes } from 'node:crypto';

import type { Pool } from 'pg';

import { idFromBytes } from '../domain/ids';
import { accounts } from '../domain/ledger/accounts';
import { planReserve } from '../domain/ledger/plans';
import type { LedgerTransaction } from '../domain/ledger/transaction';
import { almatyDate } from '../domain/time';
import { LedgerQueue } from '../store/postgres/ledger';
import { joinCollectingBatch, type RunTimes } from '../store/postgres/payoutBatches';
import { inTransaction } from '../store/postgres/pool';

/** As a service connects, and as the owner, who may write people in bulk. */
type Databases = { readonly pool: Pool; readonly owner: Pool };

export type BulkPayouts = {
  readonly batchId: string;
  readonly period: string;
  /** By id, as a run sends them. */
  readonly payoutIds: readonly string[];
  readonly influencerIds: readonly string[];
};

const GROSS = 100_000n;
const AMOUNT = 80_000n;
const POST_AT_ONCE = 500;

/**
 * For tests and the bench: requests of many people as the API writes them: money earned and set aside in the ledger, the payout with its
 * destination in the run that gathers, and the message for Temporal. Each is 800.00, of which 700.00 reach the card.
 */
export async function addBulkPayouts(
  db: Databases,
  count: number,
  options: { readonly times?: RunTimes; readonly outbox?: boolean } = {},
): Promise<BulkPayouts> {
  const times = options.times ?? { collectMs: 86_400_000, approveWithinMs: 86_400_000 };
  const mark = randomBytes(4).toString('hex');
  const make = (kind: 'influencer' | 'payout'): string => idFromBytes(kind, randomBytes(16));
  const influencerIds = Array.from({ length: count }, () => make('influencer'));
  const payoutIds = Array.from({ length: count }, () => make('payout')).sort();
  await db.owner.query(
    `insert into influencers (id, ref, display_name, iin_index, instrument_token, instrument_last4)
     select id, 'bulk' || $2 || n, 'Somebody', sha256(convert_to(id, 'UTF8')), 'tok_card_' || left(md5(id), 24), '4242'
       from unnest($1::text[]) with ordinality as t (id, n)`,
    [influencerIds, mark],
  );
  await db.owner.query(
    `insert into payee_statuses (influencer_id, regime, evidence, evidence_ref, valid_from, expires_at)
     select id, 'demo_flat_10', 'demo', 'a test', now() - interval '1 day', now() + interval '1 year'
       from unnest($1::text[]) as t (id)`,
    [influencerIds],
  );
  await setAside(db, influencerIds, payoutIds);
  const batch = await inTransaction(db.pool, async (sql) => {
    const joined = await joinCollectingBatch(
      sql,
      almatyDate(new Date()),
      idFromBytes('payoutBatch', randomBytes(16)),
      times,
    );
    await sql.query(
      `insert into payouts (id, influencer_id, batch_id, amount_tiyn, gross_tiyn, fee_tiyn, reference, requested_by,
                            instrument_token, instrument_kind, instrument_last4)
       select t.payout, t.person, $3, $4, $5, $5::bigint - $4::bigint, t.payout, t.person, i.instrument_token, i.instrument_kind,
              i.instrument_last4
         from unnest($1::text[], $2::text[]) as t (payout, person) join influencers i on i.id = t.person`,
      [payoutIds, influencerIds, joined.id, AMOUNT, GROSS],
    );
    if (options.outbox)
      await sql.query(
        `insert into outbox (topic, subject_id, payload)
         select 'payout.requested', id, jsonb_build_object('batchId', $2::text, 'period', $3::text, 'currency', 'KZT')
           from unnest($1::text[]) as t (id)`,
        [payoutIds, joined.id, joined.period],
      );
    return joined;
  });
  return { batchId: batch.id, period: batch.period, payoutIds, influencerIds };
}

async function setAside(
  db: Databases,
  influencerIds: readonly string[],
  payoutIds: readonly string[],
): Promise<void> {
  const ledger = new LedgerQueue(db.pool, { batchMax: POST_AT_ONCE * 2 });
  for (let from = 0; from < payoutIds.length; from += POST_AT_ONCE) {
    const people = influencerIds.slice(from, from + POST_AT_ONCE);
    const earned = people.map((id): LedgerTransaction => ({
      id: `${id}:earned`,
      kind: 'single',
      reason: 'conversion.release',
      subjectId: id,
      entries: [
        { account: accounts.advertiser('bulk'), amount: -GROSS },
        { account: accounts.payee(id), amount: AMOUNT },
        { account: accounts.fee, amount: GROSS - AMOUNT },
      ],
    }));
    await ledger.post(earned);
    await ledger.post(people.map((id, n) => planReserve(payoutIds[from + n]!, id, AMOUNT)));
  }
}
