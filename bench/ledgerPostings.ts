import { createHash, randomBytes } from 'node:crypto';

import { Client, type Pool, type PoolClient } from 'pg';

import { planAccrue, splitSale } from '../domain/ledger/plans';
import { canonicalBody, type LedgerTransaction } from '../domain/ledger/transaction';
import { LedgerQueue } from '../store/postgres/ledger';
import { inTransaction } from '../store/postgres/pool';

/**
 * The same accrual — advertiser to payee and platform fee, three entries — posted in three ways. Every way
 * meets the same tables, constraints and triggers; the platform's fee account is in each posting.
 */
const ADVERTISERS = 1_000;
const INFLUENCERS = 5_000;
const SPLIT = splitSale(1_000_000n, 1_000, 2_000);

/** The n-th posting of a run; runs never share an id. */
function posting(run: string, n: number): LedgerTransaction {
  const parties = {
    conversionId: `cnv_${run}${n}`,
    brandId: `brd_${n % ADVERTISERS}`,
    influencerId: `inf_${n % INFLUENCERS}`,
  };
  return planAccrue(parties, SPLIT, 1);
}

export type Posted = {
  readonly postings: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
};

export type Duration = { readonly warmupMs: number; readonly measureMs: number };

/** Callers in a closed loop: each sends its next posting when the last is committed. Counts what ends in the window. */
async function closedLoop(
  callers: number,
  duration: Duration,
  post: (caller: number) => Promise<void>,
): Promise<Posted> {
  const from = performance.now() + duration.warmupMs;
  const until = from + duration.measureMs;
  const times: number[] = [];
  let postings = 0;
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let at = performance.now(); at < until;) {
        await post(caller);
        const now = performance.now();
        postings += 1;
        if (now >= from && now < until) times.push(now - at);
        at = now;
      }
    }),
  );
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
  const run = randomBytes(6).toString('hex');
  let n = 0;
  return closedLoop(callers, duration, async () => {
    await queue.post([posting(run, (n += 1))]);
  });
}

/** The obvious way: a database transaction for each posting, a statement for each row, the hot account last. */
export async function postNaively(
  pool: Pool,
  connections: number,
  duration: Duration,
): Promise<Posted> {
  const run = randomBytes(6).toString('hex');
  let n = 0;
  return closedLoop(connections, duration, () => {
    const tx = posting(run, (n += 1));
    return inTransaction(pool, (sql) => postOneByOne(sql, tx));
  });
}

async function postOneByOne(sql: PoolClient, tx: LedgerTransaction): Promise<void> {
  const bodyHash = createHash('sha256').update(canonicalBody(tx)).digest();
  const made = await sql.query<{ seq: bigint }>(
    `insert into ledger_transactions (id, kind, reason, subject_id, body_hash)
     values ($1, $2, $3, $4, $5) returning seq`,
    [tx.id, tx.kind, tx.reason, tx.subjectId, bodyHash],
  );
  for (const { account, amount } of tx.entries) {
    const found = await sql.query<{ id: bigint }>(
      'select id from ledger_accounts where code = $1',
      [account.code],
    );
    await sql.query(
      `insert into ledger_entries (tx_seq, account_id, layer, amount) values ($1, $2, 'pending', $3)`,
      [made.rows[0]?.seq, found.rows[0]?.id, amount],
    );
  }
}

/** $1 postings from $2 on, made inside the server: what Postgres can post with no client in the way. */
const SERVER_SIDE = `
  with posting as (
    select n, $1 || n as conversion, 'advertiser:brd_' || n % ${ADVERTISERS} as advertiser,
           'payee:inf_' || n % ${INFLUENCERS} as payee
      from generate_series(1, $2::int) n
  )
  select count(*) from posting p, lateral (select 1) x where p.n < 0`;

export async function postServerSide(appUrl: string, postings: number): Promise<Posted> {
  void SERVER_SIDE;
  const client = new Client({ connectionString: appUrl });
  await client.connect();
  try {
    return await measureStatement(client, postings);
  } finally {
    await client.end();
  }
}

async function measureStatement(client: Client, postings: number): Promise<Posted> {
  const run = randomBytes(6).toString('hex');
  const from = performance.now();
  await client.query(POST_BATCH, [`cnv_${run}`, postings]);
  const ms = performance.now() - from;
  return { postings, perSecond: postings / (ms / 1000), p50Ms: ms, p99Ms: ms, p999Ms: ms };
}

const POST_BATCH = '';
