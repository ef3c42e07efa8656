import { createHash, randomBytes } from 'node:crypto';

import type { Pool, PoolClient } from 'pg';

import { planAccrue, splitSale } from '../domain/ledger/plans';
import { canonicalBody, type LedgerTransaction } from '../domain/ledger/transaction';
import { LedgerQueue } from '../store/postgres/ledger';
import { inTransaction } from '../store/postgres/pool';
import { run } from './databases';

/**
 * The same accrual — advertiser to payee and platform fee, three entries — posted in three ways. Every way
 * meets the same tables, constraints and triggers; the platform's fee account is in each posting.
 */
const ADVERTISERS = 1_000;
const INFLUENCERS = 5_000;
const SPLIT = splitSale(1_000_000n, 1_000, 2_000);

/** The n-th posting of a run; runs never share an id. */
function posting(runId: string, n: number): LedgerTransaction {
  const parties = {
    conversionId: `cnv_${runId}${n}`,
    brandId: `brd_${n % ADVERTISERS}`,
    influencerId: `inf_${n % INFLUENCERS}`,
  };
  return planAccrue(parties, SPLIT, 1);
}

const newRunId = (): string => `${randomBytes(6).toString('hex')}_`;

export type Posted = {
  /** All that were committed, warm-up and tail included. */
  readonly postings: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
};

export type Duration = { readonly warmupMs: number; readonly measureMs: number };

/** Callers in a closed loop: each sends its next posting when its last is committed. */
async function closedLoop(
  callers: number,
  duration: Duration,
  post: () => Promise<unknown>,
): Promise<Posted> {
  const from = performance.now() + duration.warmupMs;
  const until = from + duration.measureMs;
  const times: number[] = [];
  let postings = 0;
  const call = async (): Promise<void> => {
    for (let at = performance.now(); at < until;) {
      await post();
      const now = performance.now();
      postings += 1;
      if (now >= from && now < until) times.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  times.sort((a, b) => a - b);
  const share = (part: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return {
    postings,
    perSecond: times.length / (duration.measureMs / 1000),
    p50Ms: share(0.5),
    p99Ms: share(0.99),
    p999Ms: share(0.999),
  };
}

/** Ours: everybody awaits its own posting, the queue shares commits among them. */
export function postThroughQueue(pool: Pool, callers: number, duration: Duration): Promise<Posted> {
  const queue = new LedgerQueue(pool);
  const runId = newRunId();
  let n = 0;
  return closedLoop(callers, duration, () => queue.post([posting(runId, (n += 1))]));
}

/** The obvious way: a database transaction a posting, a statement a row, the hot account last. */
export function postNaively(pool: Pool, callers: number, duration: Duration): Promise<Posted> {
  const runId = newRunId();
  let n = 0;
  return closedLoop(callers, duration, () => {
    const tx = posting(runId, (n += 1));
    return inTransaction(pool, (sql) => postRowByRow(sql, tx));
  });
}

async function postRowByRow(sql: PoolClient, tx: LedgerTransaction): Promise<void> {
  const bodyHash = createHash('sha256').update(canonicalBody(tx)).digest();
  const made = await sql.query<{ seq: bigint }>(
    `insert into ledger_transactions (id, kind, reason, subject_id, body_hash)
     values ($1, $2, $3, $4, $5) returning seq`,
    [tx.id, tx.kind, tx.reason, tx.subjectId, bodyHash],
  );
  for (const { account, amount } of tx.entries) {
    await sql.query(
      `insert into ledger_entries (tx_seq, account_id, layer, amount)
       select $1, id, 'pending', $2 from ledger_accounts where code = $3`,
      [made.rows[0]?.seq, amount, account.code],
    );
  }
}

/**
 * What Postgres can post with no client in the way: one statement writes all the rows, the triggers run once
 * over all of them, the checks at its one commit. Faster than calling ledger_post_batch with huge arrays.
 */
const SERVER_SIDE = `
  with posting as materialized (
    select n, $1::text || n as conversion_id, 'advertiser:brd_' || n % ${ADVERTISERS} as advertiser,
           'payee:inf_' || n % ${INFLUENCERS} as payee
      from generate_series(1, $2::int) n
  ), made as (
    insert into ledger_transactions (id, kind, reason, subject_id, body_hash)
    select conversion_id || ':accrue:1', 'pending', 'conversion.accrue', conversion_id,
           sha256(convert_to('pending|conversion.accrue|' || conversion_id || '||' || advertiser || '=-${SPLIT.gross},' ||
                             payee || '=${SPLIT.payable},platform:fee=${SPLIT.fee}', 'UTF8'))
      from posting order by n
    returning seq, subject_id
  )
  insert into ledger_entries (tx_seq, account_id, layer, amount)
  select m.seq, a.id, 'pending', e.amount
    from posting p
    join made m on m.subject_id = p.conversion_id
   cross join lateral (values (p.advertiser, -${SPLIT.gross}::bigint), (p.payee, ${SPLIT.payable}),
                              ('platform:fee', ${SPLIT.fee})) e (code, amount)
    join ledger_accounts a on a.code = e.code`;

export async function postServerSide(appUrl: string, postings: number): Promise<Posted> {
  const from = performance.now();
  await run(appUrl, SERVER_SIDE, [`cnv_${newRunId()}`, postings]);
  const ms = performance.now() - from;
  return { postings, perSecond: postings / (ms / 1000), p50Ms: ms, p99Ms: ms, p999Ms: ms };
}

/** One posting for every influencer, so that no measured way has to open accounts first. */
export async function openAccounts(pool: Pool): Promise<void> {
  const queue = new LedgerQueue(pool);
  const runId = newRunId();
  const all = Array.from({ length: INFLUENCERS }, (_, n) => queue.post([posting(runId, n)]));
  await Promise.all(all);
}

/** The books after a run: every acknowledged posting is there, all entries sum to zero, balances equal entries. */
export async function checkBooks(ownerUrl: string, postings: number): Promise<void> {
  const [row] = await run(
    ownerUrl,
    `with totals as (
       select account_id,
              coalesce(sum(amount) filter (where layer = 'posted'), 0) as posted,
              coalesce(sum(amount) filter (where amount > 0 and layer = 'pending'), 0) as pending_in,
              coalesce(-sum(amount) filter (where amount < 0 and layer = 'pending'), 0) as pending_out
         from ledger_entries group by account_id
     )
     select (select count(*) from ledger_transactions),
            (select coalesce(sum(amount), 0) from ledger_entries)::text,
            (select count(*) from ledger_balances b full join totals t using (account_id)
              where (b.posted, b.pending_in, b.pending_out) is distinct from (t.posted, t.pending_in, t.pending_out))`,
  );
  const [transactions, sum, wrong] = row as [bigint, string, bigint];
  const wanted = BigInt(postings + INFLUENCERS);
  if (transactions !== wanted || sum !== '0' || wrong !== 0n)
    throw new Error(
      `the books are wrong: ${transactions} transactions of ${wanted}, sum ${sum}, ${wrong} balances differ from their entries`,
    );
}
