import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Client } from 'pg';

/** A year of a platform of this size: what the reads of the apps must cope with. */
export type Volume = {
  readonly conversions: number;
  readonly payouts: number;
  readonly influencers: number;
  readonly programmes: number;
  readonly clicks: number;
};

export const LARGE: Volume = {
  conversions: 1_000_000,
  payouts: 190_000,
  influencers: 2_000,
  programmes: 40,
  clicks: 5_000_000,
};
export const SMALL: Volume = {
  conversions: 1_000,
  payouts: 190,
  influencers: 20,
  programmes: 4,
  clicks: 5_000,
};

export const influencerId = (n: number): string => `inf_bench${String(n).padStart(6, '0')}`;
export const brandId = (n: number): string => `brd_bench${String(n).padStart(6, '0')}`;

/**
 * Rows as the platform writes them, made set by set. Of every twenty orders nineteen were released, one is held;
 * every tenth influencer has most of the orders, so that the ones we ask for are the busy ones. Programme p
 * belongs to brand p div 2. Triggers are off while rows are made: balances are summed at the end.
 */
const STATEMENTS: readonly (readonly [what: string, sql: string])[] = [
  [
    'brands',
    `insert into brands select 'brd_bench' || lpad(b::text, 6, '0'), 'Shop ' || b from generate_series(0, :programmes / 2) b`,
  ],
  [
    'programmes',
    `insert into programmes (id, brand_id, name, hosts)
     select 'prg_bench' || lpad(p::text, 6, '0'), 'brd_bench' || lpad((p / 2)::text, 6, '0'), 'Programme ' || p,
            array['shop' || p || '.example']
       from generate_series(0, :programmes - 1) p`,
  ],
  [
    'terms',
    `insert into programme_terms select id, '2025-01-01', 1000, 2000, 1209600, 2592000 from programmes`,
  ],
  [
    'influencers',
    `insert into influencers (id, ref, display_name, iin_sealed, iin_index, instrument_token, instrument_last4)
     select 'inf_bench' || lpad(i::text, 6, '0'), 'bench' || lpad(i::text, 6, '0'), 'Author ' || i, '\\x00'::bytea,
            decode(md5('iin' || i), 'hex'), 'tok_' || i, '4242'
       from generate_series(0, :influencers - 1) i`,
  ],
  [
    'statuses',
    `insert into payee_statuses (influencer_id, regime, evidence, evidence_ref, valid_from, expires_at)
     select id, 'individual_gph', 'declaration', 'bench', '2026-01-01', '2027-12-31' from influencers`,
  ],
  [
    'links',
    `insert into links (id, kind, code, programme_id, influencer_id, target_url)
     select 'lnk_bench' || lpad(i::text, 6, '0') || p, 'short', 'b' || lpad(i::text, 6, '0') || p,
            'prg_bench' || lpad(((i + p) % :programmes)::text, 6, '0'), 'inf_bench' || lpad(i::text, 6, '0'),
            'https://shop' || ((i + p) % :programmes) || '.example/p/' || p
       from generate_series(0, :influencers - 1) i, generate_series(0, 9) p`,
  ],
  [
    'conversions',
    `insert into conversions (id, programme_id, transaction_id, event, state, click_id, clicked_at, link_number,
       influencer_id, order_status, sale_tiyn, ordered_at, terms, revision, gross_tiyn, fee_tiyn, payable_tiyn,
       held_until, received_at, updated_at)
     select 'cnv_' || lpad(n::text, 12, '0'), l.programme_id, 'T-' || n, 'sale',
            case when abs(hashint4(n)) % 20 = 0 then 'HELD' when abs(hashint4(n)) % 20 = 1 then 'PAYABLE' else 'PAID' end,
            null, at - interval '1 hour', l.number, l.influencer_id, case when abs(hashint4(n)) % 20 = 0 then 'pending' else 'approved' end,
            1000000 + n % 500000, at, '{"commission_bps":1000,"platform_fee_bps":2000}', 1, 100000, 20000, 80000,
            at + interval '14 days', at, at + interval '15 days'
       from (select n, now() - make_interval(secs => n * 31536000.0 / :conversions) as at,
                    case when n % 10 < 8 then (n * 7 % (:influencers / 10)) * 10 else n * 13 % :influencers end as i
               from generate_series(0, :conversions - 1) n) x
       join links l on l.id = 'lnk_bench' || lpad(x.i::text, 6, '0') || (x.n / 10 % 10)`,
  ],
  [
    'conversion_history',
    `insert into conversion_history (conversion_id, from_state, to_state, at)
     select id, null, 'RECEIVED', received_at from conversions
     union all select id, 'RECEIVED', 'HELD', received_at + interval '1 second' from conversions`,
  ],
  [
    'receipts',
    `insert into receipts (id, programme_id, webhook_id, body_hash, verdict, conversion_id, order_status, sale_tiyn,
       event_version, occurred_at, received_at)
     select 'rcp_' || substr(id, 5), programme_id, 'msg_' || id, '\\x00'::bytea, 'accepted', id, order_status, sale_tiyn, 0,
            ordered_at, received_at from conversions`,
  ],
  [
    'ledger_accounts',
    `insert into ledger_accounts (code, class)
     select 'advertiser:' || id, 'advertiser' from brands union all
     select 'payee:' || id, 'payee' from influencers union all
     values ('platform:fee', 'platform'), ('clearing:payout', 'clearing'), ('provider:wooppay', 'provider'),
            ('tax:ipn', 'tax')`,
  ],
  [
    'ledger_transactions',
    `insert into ledger_transactions (id, kind, reason, subject_id, body_hash, pending_id, created_at)
     select id || ':accrue:1', 'pending', 'conversion.accrue', id, '\\x00'::bytea, null, received_at from conversions
     union all
     select id || ':release', 'post', 'conversion.release', id, '\\x00'::bytea, id || ':accrue:1', updated_at
       from conversions where state <> 'HELD'`,
  ],
  [
    'ledger_entries',
    `insert into ledger_entries (tx_seq, account_id, layer, amount)
     select t.seq, e.account_id, e.layer, e.amount
       from ledger_transactions t
       join conversions c on c.id = t.subject_id
       join programmes p on p.id = c.programme_id
       join ledger_accounts adv on adv.code = 'advertiser:' || p.brand_id
       join ledger_accounts payee on payee.code = 'payee:' || c.influencer_id
       cross join (select id from ledger_accounts where code = 'platform:fee') fee
       cross join lateral (
         select a.account_id, case t.kind when 'pending' then 'pending' else 'posted' end as layer, a.amount
           from (values (adv.id, -100000), (payee.id, 80000), (fee.id, 20000)) a (account_id, amount)
         union all
         select a.account_id, 'release', -a.amount
           from (values (adv.id, -100000), (payee.id, 80000), (fee.id, 20000)) a (account_id, amount)
          where t.kind = 'post'
       ) e`,
  ],
  [
    'payout_batches',
    `insert into payout_batches (id, period, state, item_count, total_tiyn, created_at)
     select 'bat_bench' || lpad(b::text, 6, '0'), 'bench-' || b, 'done', 100, 8000000,
            now() - make_interval(hours => b) from generate_series(0, :payouts / 100) b`,
  ],
  [
    'payouts',
    `insert into payouts (id, influencer_id, batch_id, state, amount_tiyn, gross_tiyn, fee_tiyn, regime, tax_tiyn,
       net_tiyn, reference, provider, provider_reference, requested_by, created_at, submitted_at, settled_at)
     select 'pay_bench' || lpad(n::text, 8, '0'),
            'inf_bench' || lpad((case when n % 10 < 8 then (n * 7 % (:influencers / 10)) * 10 else n * 13 % :influencers end)::text, 6, '0'),
            'bat_bench' || lpad((n / 100)::text, 6, '0'), 'paid', 80000, 100000, 20000, 'individual_gph', 8000, 72000,
            'bench' || n, 'wooppay', 'p' || n, 'bench', at, at, at
       from (select n, now() - make_interval(mins => (n * 3)::int) as at from generate_series(0, :payouts - 1) n) x`,
  ],
  [
    'ledger of payouts',
    `with tx as (
       insert into ledger_transactions (id, kind, reason, subject_id, body_hash, pending_id, created_at)
       select id || ':reserve', 'pending', 'payout.reserve', id, '\\x00'::bytea, null, created_at from payouts
       union all select id || ':post', 'post', 'payout.post', id, '\\x00'::bytea, id || ':reserve', settled_at from payouts
       returning seq, kind, subject_id
     )
     insert into ledger_entries (tx_seq, account_id, layer, amount)
     select tx.seq, e.account_id, e.layer, e.amount
       from tx join payouts p on p.id = tx.subject_id
       join ledger_accounts payee on payee.code = 'payee:' || p.influencer_id
       cross join (select id from ledger_accounts where code = 'clearing:payout') clearing
       cross join (select id from ledger_accounts where code = 'provider:wooppay') provider
       cross join (select id from ledger_accounts where code = 'tax:ipn') tax
       cross join lateral (
         select a.account_id, 'pending' as layer, a.amount
           from (values (payee.id, -80000), (clearing.id, 80000)) a (account_id, amount) where tx.kind = 'pending'
         union all
         select a.account_id, 'posted', a.amount
           from (values (payee.id, -80000), (provider.id, 72000), (tax.id, 8000)) a (account_id, amount) where tx.kind = 'post'
         union all
         select a.account_id, 'release', a.amount
           from (values (payee.id, 80000), (clearing.id, -80000)) a (account_id, amount) where tx.kind = 'post'
       ) e`,
  ],
  [
    'ledger_balances',
    `insert into ledger_balances (account_id, class, posted, pending_in, pending_out)
     select a.id, a.class,
            coalesce(sum(amount) filter (where layer = 'posted'), 0),
            greatest(0, coalesce(sum(amount) filter (where layer = 'pending' and amount > 0), 0)
              + coalesce(sum(amount) filter (where layer = 'release' and amount < 0), 0)),
            greatest(0, coalesce(-sum(amount) filter (where layer = 'pending' and amount < 0), 0)
              + coalesce(-sum(amount) filter (where layer = 'release' and amount > 0), 0))
       from ledger_accounts a join ledger_entries e on e.account_id = a.id
      group by a.id, a.class`,
  ],
  [
    'payable_lots',
    `insert into payable_lots (conversion_id, influencer_id, gross_tiyn, fee_tiyn, payable_tiyn, consumed_tiyn, released_at)
     select id, influencer_id, 100000, 20000, 80000, case state when 'PAID' then 80000 else 0 end, updated_at
       from conversions where state <> 'HELD'`,
  ],
];

const QUIET = [
  'conversions',
  'ledger_accounts',
  'ledger_transactions',
  'ledger_entries',
  'links',
  'payouts',
];

/** Fills a migrated, empty database; answers how many ledger entries it has now. */
export async function seedReads(
  ownerUrl: string,
  volume: Volume,
  progress: (line: string) => void,
): Promise<number> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    for (const table of QUIET) await client.query(`alter table ${table} disable trigger user`);
    await client.query(
      `set synchronous_commit = off; set work_mem = '256MB'; set maintenance_work_mem = '512MB'`,
    );
    for (const [what, sql] of STATEMENTS) {
      const started = performance.now();
      const text = sql.replace(
        /:(conversions|payouts|influencers|programmes)\b/g,
        (_, name: string) => String(volume[name as keyof Volume]),
      );
      const { rowCount } = await client.query(text);
      const seconds = (performance.now() - started) / 1000;
      if (seconds > 2) progress(`${what}: ${rowCount} rows in ${seconds.toFixed(0)} s`);
    }
    for (const table of QUIET) await client.query(`alter table ${table} enable trigger user`);
    await client.query('vacuum analyze');
    const { rows } = await client.query<{ count: string }>('select count(*) from ledger_entries');
    return Number(rows[0]!.count);
  } finally {
    await client.end();
  }
}

/** Clicks of a year for the same influencers and programmes; the rollups fill themselves. */
export async function seedClicks(url: string, volume: Volume): Promise<void> {
  const clickhouse = createClient({
    url,
    request_timeout: 600_000,
    log: { level: ClickHouseLogLevel.ERROR },
  });
  const { clicks, influencers, programmes } = volume;
  await clickhouse.command({
    query: `
      insert into clicks (ts, click_id, link_number, programme_id, influencer_id, target_host, target_url, ip_prefix,
        ip_hash, user_agent, referrer, accept_language, sub1, sub2, sub3, sub4, sub5, billable, reason)
      select now64(3) - toIntervalSecond(intDiv(number * 31536000, ${clicks})), leftPad(toString(number), 32, '0'),
        i * 10 + number % 10 + 1, concat('prg_bench', leftPad(toString((i + number % 10) % ${programmes}), 6, '0')),
        concat('inf_bench', leftPad(toString(i), 6, '0')), 'shop.example', 'https://shop.example/p', '198.51.100.0/24',
        cityHash64(number % 100000), 'Mozilla/5.0', '', 'ru', '', '', '', '', '', number % 12 != 0,
        if(number % 12 = 0, 'prefetch', '')
      from (select number, if(number % 10 < 8, (number * 7 % ${influencers / 10}) * 10, number * 13 % ${influencers}) as i
              from numbers(${clicks}))`,
    clickhouse_settings: { max_partitions_per_insert_block: '0' },
  });
  await clickhouse.close();
}
