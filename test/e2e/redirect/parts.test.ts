import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { parseClickLine, quote } from '../../../redirect/clickLine';
import { Cursor } from '../../../redirect/cursor';
import { createIpMask, type MaskedIp } from '../../../redirect/ipMask';
import { readLinkQuery } from '../../../redirect/query';
import { SegmentReader } from '../../../redirect/segmentReader';
import { isFinished, newSegmentId, parseSegmentName } from '../../../redirect/segments';
import { ipPrefix } from '../../../telemetry/address';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gamma-parts-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test.each([
  ['203.0.113.9', '203.0.113.0/24'],
  ['2001:db8:1:2::3', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['::ffff:1.2.3.4', '0:0:0::/48'],
  ['', ''],
  ['not an address', ''],
])('%s is stored as %s', (ip, prefix) => {
  expect(ipPrefix(ip)).toBe(prefix);
});

test('the hash of an address is keyed, stable and fits UInt64', () => {
  const [one, two] = [createIpMask(Buffer.alloc(32, 1)), createIpMask(Buffer.alloc(32, 2))];
  const hashOf = ({ high32, low32 }: MaskedIp): bigint => (BigInt(high32) << 32n) | BigInt(low32);
  expect(one('203.0.113.9')).toEqual(one('203.0.113.9'));
  expect(one('203.0.113.9')).not.toEqual(two('203.0.113.9'));
  expect(one('203.0.113.9')).not.toEqual(one('203.0.113.10'));
  // HMAC-SHA256, its first 64 bits: rows of drains of every version must be the same.
  const odd = ['', 'кириллица', '\ud83d', 'я'.repeat(64), 'x'.repeat(65), '😀'.repeat(500)];
  const many = Array.from({ length: 500 }, (_, n) => `10.${n % 7}.${n}.${(n * 37) % 256}`);
  for (const ip of ['203.0.113.9', '2001:db8::1', ...odd, ...many, ...odd]) {
    const full = createHmac('sha256', Buffer.alloc(32, 1)).update(ip).digest();
    expect(hashOf(one(ip))).toBe(full.readBigUInt64BE());
  }
});

test('the query of a link', () => {
  expect(readLinkQuery('')).toMatchObject({ ref: undefined, target: undefined, sub: undefined });
  const query = readLinkQuery(
    'ref=a&x=1&target=https%3A%2F%2Fa.kz%2F%3Fq%3D1%2B2+3&sub2=b+c&sub2=d&sub6=e&&=',
  );
  expect(query.target).toBe('https://a.kz/?q=1+2+3');
  expect(query.sub).toEqual(['', 'b c', '', '', '']);
  expect(readLinkQuery('ref=a&r%65f=b').repeated).toBe(true);
  expect(readLinkQuery('target=%e0%a4').malformed).toBe(true);
  expect(readLinkQuery(`sub1=${'x'.repeat(900)}`).sub?.[0]).toHaveLength(255);
  expect(readLinkQuery('sub1=%ff').sub?.[0]).toBe('%ff');
  const emoji = encodeURIComponent('😀');
  expect(readLinkQuery(`sub1=${'x'.repeat(254)}${emoji}`).sub?.[0]).toBe('x'.repeat(254));
  expect(readLinkQuery(`sub1=${'x'.repeat(253)}${emoji}y`).sub?.[0]).toBe(`${'x'.repeat(253)}😀`);
});

test('quoting equals JSON for every kind of text', () => {
  for (const text of [
    '',
    'plain',
    'a"b\\c',
    'tab\t',
    '\u0000',
    'кириллица',
    '😀',
    '\ud800',
    '\u2028',
    '\u007f\u0080\u00ff',
  ]) {
    expect(JSON.parse(quote(text))).toBe(text);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(quote(text))).toBe(text);
      expect(quote(text)).toMatch(/^[\x20-\x7e]*$/);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['', '{', 'null', '[]', '1', '{"id":"x"}', '\0\0\0'])('%j is not a click', (text) => {
  expect(parseClickLine(text)).toBeUndefined();
});

test('a segment is finished when renamed, when its process is gone, or when it is too old', () => {
  const now = Date.now();
  const mine = parseSegmentName(`${newSegmentId(now)}.open`)!;
  expect(mine.pid).toBe(process.pid);
  expect(isFinished(mine, 60_000, now)).toBe(false);
  expect(isFinished({ ...mine, finished: true }, 60_000, now)).toBe(true);
  expect(isFinished({ ...mine, pid: 2 ** 22 + 7 }, 60_000, now)).toBe(true);
  const elsewhere = { ...mine, machine: '00000000', pid: 2 ** 22 + 7 };
  expect(isFinished(elsewhere, 60_000, now)).toBe(false);
  expect(isFinished(elsewhere, 60_000, now + 60_000 + 11 * 60_000)).toBe(true);
  expect(parseSegmentName('clicks-1-x-1-y.open')).toBeUndefined();
});

test('whole lines only, up to the number of rows, and a batch reads the same again', async () => {
  const id = newSegmentId(Date.now());
  writeFileSync(join(dir, `${id}.log`), 'one\ntwo\nthr');
  const reader = new SegmentReader(dir, 60_000);
  const bytes = Buffer.from('one\ntwo\n');
  expect(await reader.next(id, 0, 1)).toEqual({
    batch: { segment: id, from: 0, to: 4 },
    rows: 1,
    bytes: bytes.subarray(0, 4),
    full: true,
  });
  const range = await reader.next(id, 0, 10);
  expect(range).toEqual({ batch: { segment: id, from: 0, to: 8 }, rows: 2, bytes, full: false });
  expect(await reader.bytes(range!.batch)).toEqual(bytes);
  expect(await reader.next(id, 8, 10)).toBeUndefined();
  expect(await reader.bytes({ segment: id, from: 0, to: 99 })).toBeUndefined();
  expect(await reader.bytes({ segment: 'gone', from: 0, to: 1 })).toBeUndefined();
});

test('lines are read into the room there is; a longer one takes its own', async () => {
  const id = newSegmentId(Date.now());
  writeFileSync(join(dir, `${id}.log`), `one\ntwo\n${'x'.repeat(50)}\nend\n`);
  const reader = new SegmentReader(dir, 60_000);
  const room = Buffer.alloc(10);
  const first = await reader.next(id, 0, 100, room);
  expect([first?.bytes.toString(), first?.full]).toEqual(['one\ntwo\n', true]);
  expect(room.toString('utf8', 0, 8)).toBe('one\ntwo\n');
  const long = await reader.next(id, 8, 1, room);
  expect([long?.bytes.length, long?.batch.to]).toEqual([51, 59]);
  const last = await reader.next(id, 59, 100, room);
  expect([last?.bytes.toString(), last?.full]).toEqual(['end\n', false]);
});

test('a hole larger than a batch holds up nothing: it is one long line that is no click', async () => {
  const id = newSegmentId(Date.now());
  const hole = 33 << 20;
  writeFileSync(join(dir, `${id}.log`), `${'\0'.repeat(hole)}\nnext\n`);
  const reader = new SegmentReader(dir, 60_000);
  const first = await reader.next(id, 0, 1);
  expect([first?.rows, first?.batch.to, first?.bytes.length]).toEqual([1, hole + 1, hole + 1]);
  expect((await reader.next(id, hole + 1, 9))?.bytes.toString()).toBe('next\n');
  expect((await reader.next(id, 1, 9))?.batch).toEqual({ segment: id, from: 1, to: hole + 6 });
});

test('a cursor survives its process at every step', () => {
  const path = join(dir, 'state', 'sink.json');
  const batch = { segment: 's', from: 0, to: 10 };
  Cursor.load(path).begin(batch);
  const after = Cursor.load(path);
  expect([after.pending, after.shipped('s')]).toEqual([batch, 0]);
  after.acknowledge();
  const later = Cursor.load(path);
  expect([later.pending, later.shipped('s')]).toEqual([null, 10]);
  later.begin({ ...batch, from: 10, to: 20 });
  later.begin({ segment: 't', from: 0, to: 5 });
  const last = Cursor.load(path);
  expect([last.pending?.segment, last.shipped('s'), last.shipped('t')]).toEqual(['t', 20, 0]);
  last.dropPending();
  last.forget(['s']);
  expect(Cursor.load(path).segments()).toEqual([]);
});
