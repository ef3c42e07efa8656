import type { ClickHouseClient } from '../store/clickhouse/client';

/** Clicks of 90 days as a platform of this size has them; cubic skew: a few influencers have most of them. */
export const DAYS = 90;
const INFLUENCERS = 5_000;
const PROGRAMMES = 40;
const LINKS_EACH = 4;
const AT_ONCE = 2_500_000;

/** Every table of columns the store has; the rollup fills itself. Each link leads to a product, every fourth to many. */
const ROWS = `
  select fromUnixTimestamp64Milli(toUnixTimestamp64Milli(now64(3)) - toInt64(rand64(1) % ${DAYS * 86_400_000}), 'UTC') as ts,
         leftPad(toString(number + {first:UInt64}), 32, '0') as click_id,
         toUInt32(person * ${LINKS_EACH} + rand(2) % ${LINKS_EACH} + 1) as link_number,
         concat('prg_bench', leftPad(toString(link_number % ${PROGRAMMES}), 6, '0')) as programme_id,
         concat('inf_bench', leftPad(toString(person), 6, '0')) as influencer_id,
         'shop.example' as target_host, 'https://shop.example/p' as target_url,
         concat('wb:', toString(if(link_number % ${LINKS_EACH} = 0, rand(3) % 50, 0) + link_number * 100)) as product_key,
         concat('10.', toString(rand(4) % 256), '.', toString(rand(5) % 256), '.0/24') as ip_prefix,
         rand64(6) as ip_hash, concat('Mozilla/5.0 phone ', toString(rand(7) % 400)) as user_agent,
         '' as referrer, 'ru' as accept_language, '' as sub1, '' as sub2, '' as sub3, '' as sub4, '' as sub5,
         multiIf(rand(8) % 100 < 8, 'bot', rand(8) % 100 < 12, 'fetcher', '') as reason,
         toUInt8(reason = '') as billable, toUInt8(reason = '' and rand(9) % 50 != 0) as \`unique\`, '' as way,
         arrayElement(['phone', 'phone', 'phone', 'phone', 'desktop', 'tablet'], rand(10) % 6 + 1) as device,
         'android' as os,
         arrayElement(['instagram', 'instagram', 'tiktok', 'telegram', ''], rand(11) % 5 + 1) as app,
         'Chrome' as browser, 'example.org' as referrer_host
    from (select number, toUInt32(floor(pow(rand(12) / 4294967296, 3) * ${INFLUENCERS})) as person
            from numbers({count:UInt64}))`;

const COLUMNS = `ts, click_id, link_number, programme_id, influencer_id, target_host, target_url, product_key, ip_prefix,
  ip_hash, user_agent, referrer, accept_language, sub1, sub2, sub3, sub4, sub5, reason, billable, \`unique\`, way,
  device, os, app, browser, referrer_host`;

export async function seedClicks(
  clickhouse: ClickHouseClient,
  clicks: number,
  progress: (line: string) => void,
): Promise<void> {
  for (let first = 0; first < clicks; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, clicks - first);
    await insertRows(clickhouse, first, count);
    progress(`${(first + count) / 1_000_000} M of ${clicks / 1_000_000} M clicks`);
  }
  for (const table of ['clicks', 'clicks_daily'])
    await clickhouse.command({ query: `optimize table ${table} final` });
  progress('waiting for merges to end');
  await untilMerged(clickhouse);
}

const MERGED_MS = 600_000;
const POLL_MS = 500;

/**
 * One part a month and no merge at work, as a store of this age is: not one that was filled a minute ago, nor one that
 * still clears old addresses. Throws when that does not happen in ten minutes.
 */
async function untilMerged(clickhouse: ClickHouseClient): Promise<void> {
  const deadline = performance.now() + MERGED_MS;
  while (performance.now() < deadline) {
    const answer = await clickhouse.query({
      query: `select (select count() from system.merges where database = currentDatabase()) = 0
                 and (select count() = uniqExact(table, partition) from system.parts
                       where database = currentDatabase() and active and table in ('clicks', 'clicks_daily')) as merged`,
      format: 'JSONEachRow',
    });
    if ((await answer.json<{ merged: number }>())[0]?.merged === 1) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the store was not merged in ${MERGED_MS / 1000} s`);
}

/** The engine's own rows into the same table and rollup, no text to read: the limit of loading. */
export async function insertRows(
  clickhouse: ClickHouseClient,
  first: number,
  count: number,
): Promise<void> {
  await clickhouse.command({
    query: `insert into clicks (${COLUMNS}) select ${COLUMNS} from (${ROWS})`,
    query_params: { first, count },
  });
}

/**
 * A case for each fraud signal: three people whose clicks come evenly for three days, of one user agent nobody else has,
 * from thirty networks and forty visitors; and 300 more of each within a minute, of one network and five visitors.
 */
const FRAUD = `
  select now64(3) - toIntervalSecond(if(burst, 7200 + intDiv(number, 3) % 60, intDiv(number, 3) * 50)) as ts,
         concat('f', leftPad(toString(number), 31, '0')) as click_id,
         toUInt32(900000 + number % 3) as link_number, 'prg_bench000000' as programme_id,
         concat('inf_fraud', toString(number % 3)) as influencer_id,
         if(burst, '198.51.100.0/24', concat('198.18.', toString(intDiv(number, 3) % 30), '.0/24')) as ip_prefix,
         toUInt64(intDiv(number, 3) % if(burst, 5, 40)) as ip_hash,
         if(burst, 'Mozilla/5.0 burst', 'Mozilla/5.0 rare') as user_agent,
         1 as billable, 1 as \`unique\`, 'shop.example' as target_host
    from (select number, number >= 15000 as burst from numbers(15900))`;

export async function seedFraud(clickhouse: ClickHouseClient): Promise<void> {
  await clickhouse.command({
    query: `insert into clicks (ts, click_id, link_number, programme_id, influencer_id, ip_prefix, ip_hash, user_agent,
              billable, \`unique\`, target_host) ${FRAUD}`,
  });
}

export const BUSIEST = 'inf_bench000000';
/** A tenth of all programmes, as one brand has them. */
export const BRAND: readonly string[] = [4, 5, 6, 7].map(
  (n) => `prg_bench${String(n).padStart(6, '0')}`,
);
