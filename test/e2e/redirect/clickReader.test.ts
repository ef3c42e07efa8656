import fc from 'fast-check';

import {
  parseClickLine,
  type ClickLine,
  type Place,
  type Visit,
} from '../../../redirect/clickLine';
import { ClickReader } from '../../../redirect/clickReader';

/** Every way a reader could tell a line otherwise than JSON.parse of the whole of it. */

type Told = Pick<ClickLine, 'id' | 'ts' | 'ip'> & {
  readonly place: unknown;
  readonly visit: unknown;
};

const placeOf = ({ link, programme, influencer, host, url, product }: Place): unknown => ({
  ...{ link, programme, influencer, host, url, product },
});
const visitOf = ({ ua, referrer, lang, sub, way, reason, repeat }: Visit): unknown => ({
  ...{ ua, referrer, lang, sub, way, reason, repeat },
});

async function read(reader: Reader, bytes: Buffer): Promise<{ told: Told[]; broken: number }> {
  const told: Told[] = [];
  const broken = await reader.read(bytes, (id, ts, ip, place, visit) =>
    told.push({ id, ts, ip, place, visit }),
  );
  return { told, broken };
}

type Reader = ClickReader<unknown, unknown>;
const newReader = (): Reader => new ClickReader({ place: placeOf, visit: visitOf });

function expected(bytes: Buffer): { told: Told[]; broken: number } {
  const lines = bytes.toString().split('\n').filter(Boolean).map(parseClickLine);
  const clicks = lines.filter((line) => line !== undefined);
  const told = clicks.map((click) => ({
    ...{ id: click.id, ts: click.ts, ip: click.ip },
    ...{ place: placeOf(click), visit: visitOf(click) },
  }));
  return { told, broken: lines.length - clicks.length };
}

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'ru', '","ip":"', '","ua":"', '\t\\N\r\0', 'акция 😀', '\ud83d', '\u2028'),
);
const id = fc.stringMatching(/^[-_0-9A-Za-z]{32}$/);
const ip = fc.oneof(fc.ipV4(), fc.ipV6(), text);
const ts = fc.oneof(fc.integer({ min: 1_700_000_000_000, max: 9_999_999_999_999 }), fc.nat());

/** As redirect writes it: names in this order. */
const click = fc.record(
  {
    ...{ id, ts, link: fc.nat(), programme: text, influencer: text, host: text, url: text },
    ...{ product: text, ip, ua: text, referrer: text, lang: text },
    sub: fc.array(text, { maxLength: 6 }),
    way: fc.constantFrom('app', 'landing'),
    reason: fc.constantFrom('bot', 'head'),
    repeat: fc.constant(1),
  },
  {
    requiredKeys: [
      ...(['id', 'ts', 'link', 'programme', 'influencer', 'host', 'url'] as const),
      ...(['ip', 'ua', 'referrer', 'lang'] as const),
    ],
  },
);

/** Names that are in the line already, names of no click, values of the wrong kind, and what breaks a line. */
const splice = fc.constantFrom(
  ...['"link":7', '"ip":"9.9.9.9"', '"ua":"x"', '"id":"x"', '"repeat":1', '"repeat":2', '"ts":1'],
  ...['"":1', '"__proto__":{"ua":"x"}', '"more":[{"a":"}"}]', '"sub":"x"', '"url":null'],
  ...[
    '"link":-1',
    '"link":4294967296',
    '"link":1.5',
    '}',
    '{',
    '"',
    '\\',
    '\u0001',
    '\r',
    ' ',
    '\0',
  ],
);
const spoilt = fc
  .tuple(click, splice, fc.nat(), fc.constantFrom('member', 'text', 'cut', 'replace'))
  .map(([line, piece, at, how]) => {
    const whole = JSON.stringify(line);
    const commas = [...whole.matchAll(/,(?=")/g)].map((comma) => comma.index);
    const place = how === 'member' ? commas[at % commas.length]! : at % (whole.length + 1);
    const [before, after] = [whole.slice(0, place), whole.slice(place)];
    if (how === 'member') return `${before},${piece}${after}`;
    if (how === 'text') return before + piece + after;
    return how === 'cut' ? before : before + piece + after.slice(piece.length);
  });
const shuffled = fc.tuple(click, fc.nat()).map(([line, by]) => {
  const members = Object.entries(line);
  const at = by % members.length;
  return JSON.stringify(Object.fromEntries([...members.slice(at), ...members.slice(0, at)]));
});
const line = fc.oneof(
  { weight: 4, arbitrary: click.map((one) => JSON.stringify(one)) },
  { weight: 4, arbitrary: spoilt },
  { weight: 1, arbitrary: shuffled },
  { weight: 1, arbitrary: click.map((one) => JSON.stringify(one, null, 1).replace(/\n/g, ' ')) },
  { weight: 1, arbitrary: text },
);

test('lines are read as JSON.parse of each reads them, whatever they hold', async () => {
  // One reader for all: what it remembers of some lines must not show in others.
  const reader = newReader();
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
      // Twice: the second time what can be remembered is remembered.
      const bytes = Buffer.from([...lines, ...lines, ''].join('\n'));
      expect(await read(reader, bytes)).toEqual(expected(bytes));
    }),
    { numRuns: 4_000 },
  );
}, 120_000);

test('bytes that are no text are read as decoding makes them', async () => {
  const reader = newReader();
  const bytes = fc
    .tuple(click, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 }))
    .map(([one, at, junk]) => {
      const whole = Buffer.from(`${JSON.stringify(one)}\n`);
      whole.set(junk, at % (whole.length - junk.length));
      return whole;
    });
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 4 }), async (lines) => {
      const all = Buffer.concat(lines);
      expect(await read(reader, all)).toEqual(expected(all));
    }),
    { numRuns: 2_000 },
  );
}, 120_000);

test('lines of every length across slices, one of them longer than a slice', async () => {
  const lines = fc
    .sample(click, 300)
    .map((one, n) =>
      JSON.stringify({ ...one, ua: 'x'.repeat(n === 150 ? 600_000 : (n * 37) % 5_000) }),
    );
  lines.splice(200, 0, '\0'.repeat(700_000));
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const got = await read(newReader(), bytes);
  expect(got).toEqual(expected(bytes));
  expect([got.told.length, got.broken]).toEqual([300, 1]);
});

test('a line as redirect writes it is read in pieces: its parts are made once for many lines', async () => {
  let made = 0;
  const count = (): string => `part ${(made += 1)}`;
  const reader = new ClickReader({ place: count, visit: count });
  const lines = fc.sample(id, 1_000).map((one) =>
    JSON.stringify({
      ...{ id: one, ts: 1_770_000_000_000, link: 1, programme: 'p', influencer: 'i', host: 'h' },
      ...{ url: 'https://h/акция', product: 'h:1', ip: '203.0.113.9', ua: 'A', referrer: '' },
      ...{ lang: 'ru', sub: ['я'] },
    }),
  );
  let rows = 0;
  const broken = await reader.read(Buffer.from(`${lines.join('\n')}\n`), () => (rows += 1));
  expect([rows, broken, made]).toEqual([1_000, 0, 2]);
});
