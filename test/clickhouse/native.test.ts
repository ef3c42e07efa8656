import { Readable } from 'node:stream';

import fc from 'fast-check';

import type { ClickHouseClient } from '../../store/clickhouse/client';
import {
  fixedTextColumn,
  nativeBlock,
  nativeText,
  numbersColumn,
  sharedTextColumns,
  textColumn,
  type NativeColumn,
} from '../../store/clickhouse/native';
import { clickStores } from './stores';

/** What is written as a block is what the engine reads: every kind of column, of every length. */
const { newClient } = clickStores();
let client: ClickHouseClient;

beforeAll(async () => {
  client = newClient().client;
  await client.command({
    query: `create table read_back (
              n UInt32, at DateTime64(3, 'UTC'), id FixedString(3), hash UInt64, flag UInt8,
              plain String, low LowCardinality(String), shared String, shared_low LowCardinality(String))
            engine = MergeTree order by n`,
  });
});
beforeEach(async () => {
  await client.command({ query: 'truncate table read_back' });
});

async function insert(rows: number, columns: readonly NativeColumn[]): Promise<void> {
  const block = nativeBlock(rows, columns);
  const { stream } = await client.exec({
    query: `insert into read_back (${block.columns.join(', ')}) format Native`,
    values: Readable.from([block.bytes], { objectMode: false }),
  });
  await stream.resume().toArray();
}

async function readBack(columns: string): Promise<unknown[]> {
  const answer = await client.query({
    query: `select ${columns} from read_back order by n`,
    format: 'JSONCompactEachRow',
  });
  return answer.json();
}

test('numbers, times and texts of fixed width', async () => {
  const times = [0, 1_770_000_000_123, 2 ** 32 * 1000 + 7];
  await insert(3, [
    numbersColumn('n', 'UInt32', Uint32Array.of(0, 1, 2 ** 32 - 1)),
    numbersColumn(
      'at',
      "DateTime64(3, 'UTC')",
      Uint32Array.from(times.flatMap((ms) => [ms % 2 ** 32, Math.floor(ms / 2 ** 32)])),
    ),
    fixedTextColumn('id', 3, Buffer.from('abc-_9xyz')),
    numbersColumn('hash', 'UInt64', BigUint64Array.of(0n, 1n, 2n ** 64n - 1n)),
    numbersColumn('flag', 'UInt8', Uint8Array.of(0, 1, 255)),
  ]);
  expect(await readBack('n, toUnixTimestamp64Milli(at)::String, id, toString(hash), flag')).toEqual(
    [
      [0, String(times[0]), 'abc', '0', 0],
      [1, String(times[1]), '-_9', '1', 1],
      [2 ** 32 - 1, String(times[2]), 'xyz', String(2n ** 64n - 1n), 255],
    ],
  );
});

test('any text, as itself and shared, into columns of both kinds', async () => {
  const texts = fc.sample(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '\0', '\t\n\r\\N', 'акция 😀', '\ud83d', '\u2028'),
      // Lengths whose number takes one byte, two and three.
      fc
        .constantFrom(126, 127, 128, 129, 16_383, 16_384, 70_000)
        .map((length) => 'x'.repeat(length)),
      fc.constantFrom(63, 64, 8_192).map((length) => 'я'.repeat(length)),
    ),
    { numRuns: 1_500, seed: 9 },
  );
  const values = texts.map(nativeText);
  const rows = texts.length * 2;
  const shared = Uint32Array.from({ length: rows }, (_, n) => (n * 7) % texts.length);
  const own = Array.from(shared, (at) => values[at]!);
  await insert(rows, [
    numbersColumn(
      'n',
      'UInt32',
      Uint32Array.from({ length: rows }, (_, n) => n),
    ),
    textColumn('plain', own),
    textColumn('low', own),
    ...sharedTextColumns(
      [
        { name: 'shared', values },
        { name: 'shared_low', values },
      ],
      shared,
    ),
  ]);
  const whole = Array.from(shared, (at) => Buffer.from(texts[at]!).toString());
  expect(await readBack('plain, low, shared, shared_low')).toEqual(
    whole.map((text) => [text, text, text, text]),
  );
});

test.each([1, 0xffff, 0x1_0000, 0x1_0001, 90_000])(
  '%i different texts that rows share, as many again that are equal',
  async (count) => {
    const values = Array.from({ length: count }, (_, n) =>
      nativeText(`text ${n % Math.ceil(count / 2)}`),
    );
    const rows = count + 5;
    const shared = Uint32Array.from({ length: rows }, (_, n) => count - 1 - (n % count));
    await insert(rows, [
      numbersColumn(
        'n',
        'UInt32',
        Uint32Array.from({ length: rows }, (_, n) => n),
      ),
      ...sharedTextColumns(
        [
          { name: 'shared', values },
          { name: 'shared_low', values },
        ],
        shared,
      ),
    ]);
    const half = Math.ceil(count / 2);
    const answer = await client.query({
      query: `select toUInt32(count()) as found, toUInt32(countIf(shared != shared_low)) as unlike,
                     toUInt32(countIf(shared != concat('text ', toString((${count - 1} - n % ${count}) % ${half})))) as wrong
                from read_back`,
      format: 'JSONEachRow',
    });
    expect(await answer.json()).toEqual([{ found: rows, unlike: 0, wrong: 0 }]);
  },
);
