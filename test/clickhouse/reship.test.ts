import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import fc from 'fast-check';

import { Drain } from '../../redirect/drain';
import type { ClickLine } from '../../redirect/clickLine';
import { Cursor } from '../../redirect/cursor';
import { SegmentReader } from '../../redirect/segmentReader';
import { newSegmentId } from '../../redirect/segments';
import { createClickhouseSink } from '../../redirect/sinks';
import { createClickhouse, type ClickHouseClient } from '../../store/clickhouse/client';
import { migrateClickhouse } from '../../store/clickhouse/migrate';
import { createLogger } from '../../telemetry/logger';
import type { EmbeddedStack } from '../../stack/embedded';
import { removeFolder, startIn, tempFolder, until } from '../stack/folders';

/** Every segment shipped again, in the same pieces and in others, and the engine killed in mid-insert. */
const dir = tempFolder();
const KEY = Buffer.alloc(32, 7);
const LOG = createLogger('test', 'silent');
let stack: EmbeddedStack;
let client: ClickHouseClient;
let url: string;
let runs = 0;

beforeAll(async () => {
  stack = await startIn(join(dir, 'stack'), { only: ['clickhouse'] });
});
afterAll(async () => {
  await stack?.stop();
  removeFolder(dir);
});
beforeEach(() => {
  const named = new URL(stack.urls.clickhouse);
  named.pathname = `/reship_${(runs += 1)}`;
  url = named.href;
  client = createClickhouse({ url, applicationName: 'test', requestTimeoutMs: 20_000 });
});
afterEach(() => client.close());

const newDir = (): string => {
  const made = join(dir, `log-${randomBytes(4).toString('hex')}`);
  mkdirSync(made);
  return made;
};

let clicks = 0;
function line(startMs: number, n: number): string {
  const click: ClickLine = {
    id: String((clicks += 1)).padStart(32, '0'),
    ts: startMs + n,
    link: 1 + (n % 9),
    programme: `prg_${n % 3}`,
    influencer: `inf_${n % 5}`,
    host: 'shop.example',
    url: 'https://shop.example/p',
    ip: `203.0.113.${n % 250}`,
    ua:
      n % 2
        ? 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1'
        : '',
    referrer: n % 4 ? '' : 'https://t.me/channel',
    lang: 'ru',
    product: `wb:${n % 7}`,
    ...(n % 11 === 0 && { reason: 'bot' as const }),
    ...(n % 11 === 1 && { repeat: 1 as const }),
  };
  return `${JSON.stringify(click)}\n`;
}

/** Finished segments; one has a broken line and one a torn end. */
function writeSegments(to: string, count: number, rowsEach: number): void {
  for (let s = 0; s < count; s += 1) {
    const startMs = Date.now() - (count - s) * 60_000;
    const lines = Array.from({ length: rowsEach }, (_, n) => line(startMs, n));
    if (s === 0) lines.splice(5, 0, 'not a click\n');
    if (s === 1) lines.push(line(startMs, 0).slice(0, 80));
    writeFileSync(join(to, `${newSegmentId(startMs)}.log`), lines.join(''));
  }
}

const segmentsIn = (from: string): string[] =>
  readdirSync(from).filter((file) => file.startsWith('clicks-'));

type DrainRun = { readonly from: string; readonly batchRows: number; readonly cursor?: string };

/** Until every segment is gone, as it is once all its rows are acknowledged. */
async function drain({ from, batchRows, cursor = 'cursor.json' }: DrainRun): Promise<void> {
  const running = new Drain({
    reader: new SegmentReader(from, 60_000),
    sinks: [
      {
        sink: createClickhouseSink(client, () => migrateClickhouse(url), KEY),
        cursor: Cursor.load(join(from, cursor)),
        lingerMs: 0,
      },
    ],
    logger: LOG,
    batchRows,
    pollMs: 5,
    keepSegmentsMs: 0,
    mayShip: () => true,
  });
  const done = running.run();
  // A segment that ends in a torn line is done too: that line was never answered.
  await until('every segment to be shipped', () => segmentsIn(from).length === 0, 60_000);
  running.stop();
  await done;
}

async function state(): Promise<unknown> {
  const answer = await client.query({
    query: `select * from (select 'clicks' as what, count() as n, toString(sum(cityHash64(*))) as sum from clicks
            union all
            select 'rollup', sum(clicks), toString(sum(cityHash64(*))) from (
              select influencer_id, day, programme_id, link_number, product_key, device, app, reason,
                     sum(clicks) as clicks, sum(billable) as billable, sum(\`unique\`) as "unique"
                from clicks_by_day group by all))
            order by what`,
    format: 'JSONEachRow',
  });
  return answer.json();
}

async function expectAgreement(rowsInAll: number): Promise<void> {
  const answer = await client.query({
    query: `select toUInt32(count()) as n, toUInt32(uniqExact(click_id)) as ids, toUInt32(sum(billable)) as billable,
                   toUInt32(sum(\`unique\`)) as "unique",
                   (select (toUInt32(sum(clicks)), toUInt32(sum(billable)), toUInt32(sum(\`unique\`))) from clicks_by_day) as rollup
              from clicks`,
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<Record<string, unknown>>();
  expect(row).toMatchObject({ n: rowsInAll, ids: rowsInAll });
  expect(Object.values(row!['rollup'] as object)).toEqual([
    row!['n'],
    row!['billable'],
    row!['unique'],
  ]);
}

test.each([
  ['in the same pieces', 100, 100],
  ['in larger pieces', 137, 10_000],
  ['in smaller pieces', 700, 90],
])('every segment again %s: table and rollup unchanged', async (_, first, second) => {
  const [log, copy] = [newDir(), newDir()];
  writeSegments(log, 4, 1_000);
  for (const file of segmentsIn(log)) copyFileSync(join(log, file), join(copy, file));
  await drain({ from: log, batchRows: first });
  await expectAgreement(4_000);
  const before = await state();
  await drain({ from: copy, batchRows: second });
  expect(await state()).toEqual(before);
});

test('again long after, when the tables have forgotten the tokens: unchanged', async () => {
  const [log, copy] = [newDir(), newDir()];
  writeSegments(log, 3, 200);
  for (const file of segmentsIn(log)) copyFileSync(join(log, file), join(copy, file));
  await drain({ from: log, batchRows: 64 });
  const before = await state();
  // The tables keep their tokens; made to forget them, with the batches known as old.
  await client.command({
    query: 'alter table clicks modify setting non_replicated_deduplication_window = 0',
  });
  await client.command({
    query:
      'insert into click_batches select segment, start, finish, at - toIntervalDay(2) from click_batches',
  });
  await drain({ from: copy, batchRows: 64 });
  expect(await state()).toEqual(before);
});

test('a batch that was cut off before it was stored is stored by the next run in other pieces', async () => {
  const [log, copy] = [newDir(), newDir()];
  writeSegments(log, 1, 300);
  const [file = ''] = segmentsIn(log);
  copyFileSync(join(log, file), join(copy, file));
  await migrateClickhouse(url);
  // What a crash right after the note of the batch leaves.
  await client.insert({
    table: 'click_batches',
    values: [{ segment: file.replace('.log', ''), start: 0, finish: 5_000 }],
    format: 'JSONEachRow',
  });
  await drain({ from: log, batchRows: 200 });
  await expectAgreement(300);
  rmSync(copy, { recursive: true });
});

/** A row as drains before this one sent it, and how: values in the order of columns, as JSON. */
function oldRow(text: string): Record<string, unknown> {
  const click = JSON.parse(text) as ClickLine;
  const month = new Date(click.ts).toISOString().slice(0, 7);
  const monthKey = createHmac('sha256', KEY).update(month).digest();
  const hash = createHmac('sha256', monthKey).update(click.ip).digest().readBigUInt64BE();
  const iphone = click.ua !== '';
  return {
    ...{ ts: (click.ts / 1000).toFixed(3), click_id: click.id, link_number: click.link },
    ...{ programme_id: click.programme, influencer_id: click.influencer },
    ...{ target_host: click.host, target_url: click.url },
    ...{ ip_prefix: '203.0.113.0/24', ip_hash: String(hash) },
    ...{ user_agent: click.ua, referrer: click.referrer, accept_language: click.lang },
    ...{ sub1: '', sub2: '', sub3: '', sub4: '', sub5: '' },
    ...{ billable: click.reason ? 0 : 1, reason: click.reason ?? '', product_key: click.product },
    ...{ unique: click.reason || click.repeat ? 0 : 1, way: '' },
    ...{ device: iphone ? 'phone' : 'other', os: iphone ? 'ios' : 'other' },
    app: click.referrer ? 'telegram' : '',
    ...{ browser: iphone ? 'Safari' : '', referrer_host: click.referrer ? 't.me' : '' },
  };
}

async function insertAsBefore(lines: readonly string[], token: string): Promise<void> {
  const rows = lines.map(oldRow);
  const body = rows.map((row) => JSON.stringify(Object.values(row))).join('\n');
  const { stream } = await client.exec({
    query: `insert into clicks (${Object.keys(rows[0]!).join(', ')}) format JSONCompactEachRow`,
    values: Readable.from([Buffer.from(body)], { objectMode: false }),
    clickhouse_settings: {
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      async_insert: 0,
      input_format_parallel_parsing: 0,
      max_insert_block_size: '1000000',
    },
  });
  await stream.resume().toArray();
}

/** One segment of 300 lines of which an older drain had 200 under way; `sent` is what it did before it went. */
async function upgraded(
  sent: (lines: readonly string[], token: string) => Promise<void>,
): Promise<void> {
  await migrateClickhouse(url);
  const log = newDir();
  const startMs = Date.now();
  const id = newSegmentId(startMs);
  const lines = Array.from({ length: 300 }, (_, n) => line(startMs, n));
  writeFileSync(join(log, `${id}.log`), lines.join(''));
  const finish = Buffer.byteLength(lines.slice(0, 200).join(''));
  const batch = { segment: id, start: 0, finish };
  await client.insert({ table: 'click_batches', values: [batch], format: 'JSONEachRow' });
  await sent(lines.slice(0, 200), `${id}:0-${finish}`);
  Cursor.load(join(log, 'cursor.json')).begin({ segment: id, from: 0, to: finish });
  await drain({ from: log, batchRows: 1_000 });
  await expectAgreement(300);
}

test('a batch that an older drain sent, and whose answer it did not see: once', async () => {
  await upgraded(insertAsBefore);
  const rows = await client.query({
    query: `select * except(click_id, ts, ip_hash) from clicks
            where link_number = 1 and product_key = 'wb:0' order by ts limit 1`,
    format: 'JSONEachRow',
  });
  const [first] = await rows.json<Record<string, unknown>>();
  // The older drain's row, word for word: what this drain makes of the line must be the same.
  const log = newDir();
  const startMs = Date.now();
  writeFileSync(
    join(log, `${newSegmentId(startMs)}.log`),
    line(startMs, 0).replace('"link":1', '"link":77'),
  );
  await drain({ from: log, batchRows: 10 });
  const again = await client.query({
    query: 'select * except(click_id, ts, ip_hash) from clicks where link_number = 77',
    format: 'JSONEachRow',
  });
  expect(await again.json()).toEqual([{ ...first, link_number: 77 }]);
});

test('a batch that an older drain had stored only in the table when all died: the rollup is mended', async () => {
  await upgraded(async (lines, token) => {
    const made = await client.query({
      query:
        'select create_table_query as ddl from system.tables where name = {name:String} and database = currentDatabase()',
      query_params: { name: 'clicks_daily_fill' },
      format: 'JSONEachRow',
    });
    const [view] = await made.json<{ ddl: string }>();
    // The moment between the two inserts of one, held still: the view is away, its memory is in the rollup.
    await client.command({ query: 'drop view clicks_daily_fill' });
    await insertAsBefore(lines, token);
    await client.command({ query: view!.ddl });
  });
});

test('a batch that an older drain had begun and not sent: once', () => upgraded(async () => {}));

test('what a line says is what the store has, whatever strangers wrote into it', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('', '\\N', '\t\n\r\0\\', '\b\f\v\u001b', "'", 'акция 😀', '\u2028', 'a\\'),
  );
  const wild = fc.sample(
    fc.record({ url: text, ua: text, referrer: text, lang: text, sub: text }),
    {
      numRuns: 2_000,
      seed: 5,
    },
  );
  const startMs = Date.now();
  const written = wild.map((fields, n) => ({
    ...(JSON.parse(line(startMs, n)) as ClickLine),
    ...fields,
    sub: [fields.sub, 'two'],
  }));
  // Cut in the middle of an emoji: half of one is no text, and must not hold up the drain for ever.
  written.push({ ...written[0]!, id: 'x'.repeat(32), sub: ['\ud83d'] });
  const log = newDir();
  writeFileSync(
    join(log, `${newSegmentId(startMs)}.log`),
    written.map((click) => `${JSON.stringify(click)}\n`).join(''),
  );
  await drain({ from: log, batchRows: 500 });
  const answer = await client.query({
    query: `select click_id as id, target_url as url, user_agent as ua, referrer, accept_language as lang, [sub1, sub2] as sub
              from clicks`,
    format: 'JSONEachRow',
  });
  const stored = new Map(
    (await answer.json<{ id: string }>()).map(({ id, ...rest }) => [id, rest]),
  );
  const whole = (value: string): string => Buffer.from(value).toString();
  expect(stored.size).toBe(written.length);
  for (const { id, url: at, ua, referrer, lang, sub } of written)
    expect(stored.get(id)).toEqual({
      ...{ url: whole(at), ua: whole(ua), referrer: whole(referrer), lang: whole(lang) },
      sub: [whole(sub[0]!), sub[1] ?? ''],
    });
});

test('kill -9 of the engine in mid-insert, again and again: every click once, table and rollup agree', async () => {
  const log = newDir();
  writeSegments(log, 6, 12_000);
  let stopped = false;
  const killing = (async (): Promise<void> => {
    for (let n = 0; n < 8 && !stopped; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60 + ((n * 37) % 90)));
      await stack.engines.clickhouse.kill();
      await stack.engines.clickhouse.start();
    }
  })();
  await drain({ from: log, batchRows: 4_000 });
  stopped = true;
  await killing;
  await expectAgreement(72_000);
}, 180_000);
