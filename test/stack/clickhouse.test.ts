import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { ClickHouseError, ClickHouseLogLevel, TupleParam } from '@clickhouse/client';
import { createClient as createLoudClient } from '@clickhouse/client';
import type { ClickHouseClient, ClickHouseClientConfigOptions } from '@clickhouse/client';
import type { EmbeddedStack } from '../../stack/embedded';
import { removeFolder, startIn, tempFolder } from './folders';

// Errors are expected here: the client must not print them.
const createClient = (options: ClickHouseClientConfigOptions): ClickHouseClient =>
  createLoudClient({ ...options, log: { level: ClickHouseLogLevel.OFF } });

const dir = tempFolder();
let stack: EmbeddedStack;
let client: ClickHouseClient;

beforeAll(async () => {
  stack = await startIn(dir, { only: ['clickhouse'] });
  client = createClient({ url: stack.urls.clickhouse });
});
afterAll(async () => {
  await client?.close();
  await stack?.stop();
  removeFolder(dir);
});

const filesDir = (): string => {
  const [found] = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('user_files'),
  );
  return join(dir, found ?? 'nowhere');
};
const insertFiles = (): string[] =>
  readdirSync(filesDir()).filter((name) => name.startsWith('insert-'));

const rows = async <T>(
  query: string,
  query_params?: Record<string, unknown>,
  from: ClickHouseClient = client,
): Promise<T[]> =>
  (
    await from.query({ query, format: 'JSONEachRow', ...(query_params ? { query_params } : {}) })
  ).json<T>();

const count = async (table: string): Promise<number> =>
  Number((await rows<{ n: string }>(`SELECT count() AS n FROM ${table}`))[0]?.n);

describe('parameters', () => {
  const nasty = [
    "it's",
    'back\\slash',
    "\\' OR 1=1 --",
    'tab\tnew\nline\r',
    '\\N',
    'ж ₸ 😀',
    '',
    '{x:String}',
  ];

  it.each(nasty)('bind the text %j as it is', async (text) => {
    expect(await rows('SELECT {s:String} AS s', { s: text })).toEqual([{ s: text }]);
    expect(await rows('SELECT {a:Array(String)} AS a', { a: [text, text] })).toEqual([
      { a: [text, text] },
    ]);
    const map = await rows('SELECT {m:Map(String, UInt8)} AS m', { m: { [text]: 1 } });
    expect(map).toEqual([{ m: { [text]: 1 } }]);
  });

  it('bind numbers, nulls, dates, tuples and names', async () => {
    const found = await rows(
      `SELECT toString({big:UInt64}) AS big, {f:Float64} AS f, {n:Nullable(String)} AS n,
        {d:DateTime64(3, 'UTC')} AS d, {t:Tuple(UInt8, String)} AS t, {b:Bool} AS b,
        {nested:Array(Array(Nullable(Int32)))} AS nested, {dec:Decimal(18,2)} AS dec
       FROM system.{table:Identifier}`,
      {
        big: 18446744073709551615n,
        f: -1.5e-7,
        n: null,
        d: new Date('2026-03-01T10:20:30.125Z'),
        t: new TupleParam([7, "o'x"]),
        b: true,
        nested: [[1, null], [], [-2147483648]],
        dec: '1234.56',
        table: 'one',
      },
    );
    expect(found).toEqual([
      {
        big: '18446744073709551615',
        f: -1.5e-7,
        n: null,
        d: '2026-03-01 10:20:30.125',
        t: [7, "o'x"],
        b: true,
        nested: [[1, null], [], [-2147483648]],
        dec: 1234.56,
      },
    ]);
  });

  it('bind from a form when they are too long for a URL', async () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `k'${i}`);
    const result = await client.query({
      query: 'SELECT length({a:Array(String)}) AS n, {a:Array(String)}[20000] AS last',
      query_params: { a: long },
      use_multipart_params: true,
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ n: string; last: string }>();
    expect(Number(row?.n)).toBe(20_000);
    expect(row?.last).toBe("k'19999");
  });

  it('are kept apart when many are bound at once', async () => {
    const found = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        rows<{ i: number }>('SELECT {i:UInt32} AS i', { i }).then((r) => r[0]?.i),
      ),
    );
    expect(found).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('refuse a composite that is not one', async () => {
    const url = `${stack.urls.clickhouse}/?query=${encodeURIComponent('SELECT {a:Array(Int8)}')}`;
    const response = await fetch(`${url}&param_a=${encodeURIComponent("[1], 'x'")}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/^Code: 457\. DB::Exception: .*BAD_QUERY_PARAMETER/);
  });
});

describe('inserts', () => {
  const settings = {
    insert_deduplicate: 1,
    deduplicate_blocks_in_dependent_materialized_views: 1,
  } as const;

  beforeAll(async () => {
    for (const query of [
      'CREATE DATABASE clicks',
      `CREATE TABLE clicks.raw (id UInt64, who LowCardinality(String)) ENGINE = MergeTree ORDER BY id
       SETTINGS non_replicated_deduplication_window = 1000`,
      `CREATE TABLE clicks.daily (who LowCardinality(String), n UInt64)
       ENGINE = SummingMergeTree ORDER BY who
       SETTINGS non_replicated_deduplication_window = 1000`,
      `CREATE MATERIALIZED VIEW clicks.to_daily TO clicks.daily AS
       SELECT who, count() AS n FROM clicks.raw GROUP BY who`,
    ]) {
      await client.command({ query });
    }
  });

  it('of a token seen before add nothing, to the table or to the view behind it', async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => ({ id: i, who: `w${i % 7}` }));
    for (let i = 0; i < 3; i += 1) {
      await client.insert({
        table: 'clicks.raw',
        values,
        format: 'JSONEachRow',
        clickhouse_settings: { ...settings, insert_deduplication_token: 'segment-1:0' },
      });
    }
    expect(await count('clicks.raw')).toBe(10_000);
    const sum = async (): Promise<number> =>
      Number((await rows<{ n: string }>('SELECT sum(n) AS n FROM clicks.daily'))[0]?.n);
    expect(await sum()).toBe(10_000);
    await client.insert({
      table: 'clicks.raw',
      values: values.slice(0, 5),
      format: 'JSONEachRow',
      clickhouse_settings: { ...settings, insert_deduplication_token: 'segment-1:1' },
    });
    expect(await count('clicks.raw')).toBe(10_005);
    expect(await sum()).toBe(10_005);
  });

  it('remember their tokens over kill -9', async () => {
    const insert = () =>
      client.insert({
        table: 'clicks.raw',
        values: [{ id: 77_777, who: 'x' }],
        format: 'JSONEachRow',
        clickhouse_settings: { ...settings, insert_deduplication_token: 'segment-2:0' },
      });
    await insert();
    const before = await count('clicks.raw');
    await stack.engines.clickhouse.kill();
    await stack.engines.clickhouse.start();
    await insert();
    expect(await count('clicks.raw')).toBe(before);
  });

  it('take streams, gzip, chosen columns, CSV, settings in the text and rows in the statement', async () => {
    const gzip = createClient({
      url: stack.urls.clickhouse,
      database: 'clicks',
      compression: { request: true, response: true },
    });
    await gzip.command({
      query: "CREATE TABLE s (a UInt32, b String DEFAULT 'd', c UInt8 DEFAULT 9) ENGINE = Memory",
    });
    const stream = Readable.from(
      (function* () {
        for (let a = 0; a < 50_000; a += 1) yield { a, b: `row ${a}` };
      })(),
    );
    await gzip.insert({ table: 's', values: stream, format: 'JSONEachRow' });
    await gzip.insert({ table: 's', values: [{ a: 1 }], columns: ['a'], format: 'JSONEachRow' });
    await gzip.insert({
      table: 's',
      values: [{ a: 2, b: 'e' }],
      columns: { except: ['c'] },
      format: 'JSONEachRow',
    });
    await gzip.insert({ table: '`s`', values: [[3, 'q', 4]], format: 'JSONCompactEachRow' });
    await gzip.command({ query: "INSERT INTO s VALUES (4, 'v', 5)" });
    await gzip.exec({ query: 'INSERT INTO s FORMAT CSV', values: Readable.from('5,"c,c",6\n') });
    await gzip.insert({ table: 's', values: [], format: 'JSONEachRow' });
    const found = await rows<{ n: string; total: string; len: string }>(
      'SELECT count() AS n, sum(a) AS total, max(length(b)) AS len FROM s',
      undefined,
      gzip,
    );
    expect(Number(found[0]?.n)).toBe(50_005);
    const all = await rows<{ a: number }>('SELECT a, b FROM s ORDER BY a', undefined, gzip);
    expect(all).toHaveLength(50_005);
    await gzip.close();
  });

  it.each(['Native', 'RowBinaryWithNamesAndTypes', 'Parquet', 'ArrowStream'])(
    'take %s, with all columns or some, in any order, and settings',
    async (format) => {
      const table = `binary_${format}`;
      await client.command({
        query: `CREATE TABLE ${table} (a UInt32, b String, c UInt8 DEFAULT 7) ENGINE = MergeTree ORDER BY a
                SETTINGS non_replicated_deduplication_window = 10`,
      });
      const made = await client.exec({
        query: `SELECT toString('я\\0' || toString(number)) AS b, toUInt32(number) AS a FROM numbers(1000) FORMAT ${format}`,
      });
      const bytes = Buffer.concat(await made.stream.toArray());
      const send = async (into: string, body: Buffer): Promise<void> => {
        const { stream } = await client.exec({
          query: `INSERT INTO ${into} FORMAT ${format}`,
          values: Readable.from([body.subarray(0, 7), body.subarray(7)], { objectMode: false }),
          clickhouse_settings: { ...settings, insert_deduplication_token: 'one' },
        });
        await stream.resume().toArray();
      };
      for (let n = 0; n < 2; n += 1) await send(`${table} (b, a)`, bytes);
      const [found] = await rows(
        `SELECT toUInt32(count()) AS n, toUInt32(sum(t.a)) AS sum, min(t.c) AS c, toUInt32(countIf(t.b = 'я\\0' || toString(a))) AS same FROM ${table} t`,
      );
      expect(found).toEqual({ n: 1_000, sum: 499_500, c: 7, same: 1_000 });
      await expect(send(`${table} (b, a)`, bytes.subarray(0, 99))).rejects.toBeInstanceOf(
        ClickHouseError,
      );
      await expect(send(`${table} (b, nosuch)`, bytes)).rejects.toBeInstanceOf(ClickHouseError);
      expect(await count(table)).toBe(1_000);
      expect(insertFiles()).toEqual([]);
    },
  );

  it('of a binary format without a description of its columns are refused', async () => {
    const sent = client.exec({
      query: 'INSERT INTO clicks.raw FORMAT RowBinary',
      values: Readable.from([Buffer.alloc(9)], { objectMode: false }),
    });
    await expect(sent).rejects.toMatchObject({ code: '48', type: 'NOT_IMPLEMENTED' });
  });

  it('whose file a killed engine left behind leave none at its next start', async () => {
    writeFileSync(join(filesDir(), 'insert-left'), 'x');
    await stack.engines.clickhouse.kill();
    await stack.engines.clickhouse.start();
    expect(insertFiles()).toEqual([]);
  });

  it('that fail say so and add nothing', async () => {
    const values = [{ id: 1, who: 'a' }, { id: 'no number' }];
    const before = await count('clicks.raw');
    const insert = client.insert({ table: 'clicks.raw', values, format: 'JSONEachRow' });
    await expect(insert).rejects.toBeInstanceOf(ClickHouseError);
    expect(await count('clicks.raw')).toBe(before);
    await expect(
      client.insert({ table: 'clicks.nosuch', values, format: 'JSONEachRow' }),
    ).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
  });
});

describe('answers', () => {
  it('carry settings to one query only', async () => {
    const ask = async (settings?: Record<string, number>): Promise<string> => {
      const result = await client.query({
        query: "SELECT toString(getSetting('max_block_size')) AS v",
        format: 'JSONEachRow',
        ...(settings ? { clickhouse_settings: settings } : {}),
      });
      return (await result.json<{ v: string }>())[0]?.v ?? '';
    };
    const usual = await ask();
    expect(await ask({ max_block_size: 1234 })).toBe('1234');
    expect(await ask()).toBe(usual);
  });

  it('keep databases apart', async () => {
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS `odd``name`' });
    const odd = createClient({ url: stack.urls.clickhouse, database: 'odd`name' });
    expect(await rows('SELECT currentDatabase() AS d', undefined, odd)).toEqual([
      { d: 'odd`name' },
    ]);
    await odd.close();
    expect(await rows('SELECT currentDatabase() AS d')).toEqual([{ d: 'default' }]);
    const absent = createClient({ url: stack.urls.clickhouse, database: 'absent' });
    await expect(rows('SELECT 1', undefined, absent)).rejects.toMatchObject({
      type: 'UNKNOWN_DATABASE',
    });
    await absent.close();
  });

  it('are ClickHouse errors with code, type and status', async () => {
    await expect(rows('SELECT * FROM nosuch')).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    });
    await expect(rows('SELEC 1')).rejects.toMatchObject({ code: '62', type: 'SYNTAX_ERROR' });
    await expect(
      client.command({ query: 'SELECT 1', clickhouse_settings: { nosuch: 1 } }),
    ).rejects.toMatchObject({ type: 'UNKNOWN_SETTING' });
    const response = await fetch(`${stack.urls.clickhouse}/`, {
      method: 'POST',
      body: 'SELECT throwIf(1)',
    });
    expect(response.status).toBe(500);
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('395');
    expect(await response.text()).toMatch(/^Code: 395\. DB::Exception: /);
  });

  it('come in the format asked for, with id and summary', async () => {
    const url = `${stack.urls.clickhouse}/?query_id=q-1&query=`;
    const plain = await fetch(`${url}SELECT+number+FROM+numbers(3)`);
    expect(await plain.text()).toBe('0\n1\n2\n');
    expect(plain.headers.get('x-clickhouse-query-id')).toBe('q-1');
    const json = await fetch(`${url}SELECT+1+AS+a&default_format=JSONEachRow`);
    expect(await json.text()).toBe('{"a":1}\n');
    expect(JSON.parse(json.headers.get('x-clickhouse-summary') ?? '{}')).toHaveProperty(
      'read_rows',
    );
    const packed = await fetch(`${stack.urls.clickhouse}/?query=SELECT+1`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(', 2')),
    });
    expect(await packed.text()).toBe('1\t2\n');
  });

  it('to GET never change anything', async () => {
    const url = `${stack.urls.clickhouse}/?query=${encodeURIComponent('CREATE DATABASE sneaky')}`;
    const response = await fetch(url);
    expect(response.status).toBe(403);
    expect(await rows("SELECT name FROM system.databases WHERE name = 'sneaky'")).toEqual([]);
  });

  it('are refused to web pages', async () => {
    const response = await fetch(stack.urls.clickhouse, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: 'SELECT 1',
    });
    expect(response.status).toBe(403);
  });

  it('to /ping come while queries run', async () => {
    const busy = Promise.all(
      Array.from({ length: 12 }, () =>
        rows('SELECT max(sipHash64(number)) AS m FROM numbers(4000000)'),
      ),
    );
    let open = true;
    void busy.finally(() => (open = false));
    let answered = 0;
    while (open) {
      expect((await client.ping()).success).toBe(true);
      answered += 1;
    }
    await busy;
    // Behind the queries it would have been one or two.
    expect(answered).toBeGreaterThan(10);
  });
});
