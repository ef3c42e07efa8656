import { appendFileSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Cursor } from '../../../redirect/cursor';
import { SegmentReader } from '../../../redirect/segmentReader';
import { newSegmentId } from '../../../redirect/segments';
import { Shipper } from '../../../redirect/shipper';
import type { Sink } from '../../../redirect/sinks';
import { createLogger } from '../../../telemetry/logger';
import { until } from './platform';

/** One batch under way, the next one made ready meanwhile: what leaves, when, and what a repeat is. */

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gamma-shipper-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

type Sent = { readonly token: string; readonly text: string; readonly ahead: number };

/** Answers when told to; what it was given to make ready and to send is written down. */
class SlowSink implements Sink {
  readonly name = 'redis';
  readonly sent: Sent[] = [];
  readonly prepared: string[] = [];
  readonly announced: string[] = [];
  underWay = 0;
  most = 0;
  answer: (at: number) => Promise<void> = () => Promise.resolve();

  async prepare(bytes: Buffer): ReturnType<Sink['prepare']> {
    const text = bytes.toString();
    this.prepared.push(text);
    await new Promise((resolve) => setImmediate(resolve));
    return {
      rows: text.length,
      broken: 0,
      announce: (token) => {
        this.announced.push(token);
        return Promise.reject(new Error('whether it is announced or not'));
      },
      send: (token) => this.send(token, text),
    };
  }

  private async send(token: string, text: string): Promise<void> {
    this.most = Math.max(this.most, (this.underWay += 1));
    const at = this.sent.push({ token, text, ahead: this.prepared.length }) - 1;
    try {
      await this.answer(at);
    } finally {
      this.underWay -= 1;
    }
  }
}

const cursorPath = (): string => join(dir, 'drain', 'sink.json');
function writeSegment(startMs: number, text: string): string {
  const id = newSegmentId(startMs);
  writeFileSync(join(dir, `${id}.log`), text);
  return id;
}
const reader = (): SegmentReader => new SegmentReader(dir, 60_000);
const newShipper = (sink: Sink, batchRows = 2): Shipper =>
  new Shipper({
    sink,
    cursor: Cursor.load(cursorPath()),
    reader: reader(),
    logger: createLogger('test', 'silent'),
    batchRows,
    lingerMs: 0,
  });
const round = async (shipper: Shipper): Promise<boolean> =>
  shipper.round(await reader().list(), false);
async function shipAll(shipper: Shipper): Promise<void> {
  await until('nothing left to ship', async () => !(await round(shipper)));
}

test('the next batch is made ready while one is under way, and leaves only after it', async () => {
  const id = writeSegment(Date.now(), 'a\nb\nc\nd\ne\n');
  const sink = new SlowSink();
  const pending: unknown[] = [];
  sink.answer = async (at) => {
    // What a process that died now would repeat.
    pending.push(Cursor.load(cursorPath()).pending);
    if (at < 2) await until('the next one to be announced', () => sink.announced.length > at);
  };
  await shipAll(newShipper(sink));
  expect(sink.announced).toEqual([`${id}:4-8`, `${id}:8-10`]);
  expect(sink.sent.map(({ text }) => text)).toEqual(['a\nb\n', 'c\nd\n', 'e\n']);
  expect(pending).toEqual([0, 4, 8].map((from, at) => ({ segment: id, from, to: [4, 8, 10][at] })));
  expect(sink.most).toBe(1);
  const after = Cursor.load(cursorPath());
  expect([after.pending, after.shipped(id)]).toEqual([null, 10]);
});

test('segments take turns, and each goes on where it was', async () => {
  const [one, two] = [writeSegment(1e12, 'a\nb\nc\n'), writeSegment(2e12, 'A\nB\nC\nD\nE\n')];
  const sink = new SlowSink();
  await shipAll(newShipper(sink));
  expect(sink.sent.map(({ token }) => token)).toEqual([
    ...[`${one}:0-4`, `${two}:0-4`, `${one}:4-6`, `${two}:4-8`, `${two}:8-10`],
  ]);
});

test('a batch that failed is repeated as it was, under its token, before the one made ready', async () => {
  writeSegment(Date.now(), 'a\nb\nc\nd\n');
  const sink = new SlowSink();
  sink.answer = async (at) => {
    await until('the next one to be ready', () => sink.prepared.length > 1);
    if (at < 2) throw new Error('away');
  };
  const shipper = newShipper(sink);
  await until('both to arrive', async () => {
    await round(shipper);
    return sink.sent.length === 4 && sink.underWay === 0;
  });
  const [first] = sink.sent;
  expect(sink.sent.map(({ token }) => token)).toEqual([
    ...[first!.token, first!.token, first!.token],
    first!.token.replace('0-4', '4-8'),
  ]);
  expect(sink.sent.slice(0, 3).map(({ text }) => text)).toEqual(['a\nb\n', 'a\nb\n', 'a\nb\n']);
  // Made ready once each, however often they were sent.
  expect(sink.prepared).toEqual(['a\nb\n', 'c\nd\n']);
  expect(sink.most).toBe(1);
});

test('a process that dies with a batch under way and one ready: the first is repeated, byte for byte', async () => {
  const id = writeSegment(Date.now(), 'a\nb\nc\nd\n');
  const dying = new SlowSink();
  dying.answer = () => new Promise(() => undefined);
  void newShipper(dying).round(await reader().list(), false);
  await until('one under way, one ready', () => dying.underWay === 1 && dying.prepared.length > 1);

  const sink = new SlowSink();
  // Cuts batches elsewhere, as another version or another setting may.
  await shipAll(newShipper(sink, 3));
  expect(sink.sent.map(({ token, text }) => [token, text])).toEqual([
    [`${id}:0-4`, 'a\nb\n'],
    [`${id}:4-8`, 'c\nd\n'],
  ]);
});

test('a segment that goes away while it is read ahead spoils nothing that is under way', async () => {
  const one = writeSegment(1e12, 'a\n');
  const two = writeSegment(2e12, 'b\n');
  const sink = new SlowSink();
  sink.answer = async () => {
    await new Promise((resolve) => setImmediate(resolve));
  };
  const shipper = newShipper(sink);
  const segments = await reader().list();
  unlinkSync(join(dir, `${two}.log`));
  expect(await shipper.round(segments, false)).toBe(true);
  const cursor = Cursor.load(cursorPath());
  expect([cursor.pending, cursor.shipped(one)]).toEqual([null, 2]);
  appendFileSync(join(dir, `${one}.log`), 'c\n');
  await shipAll(shipper);
  expect(sink.sent.map(({ token }) => token)).toEqual([`${one}:0-2`, `${one}:2-4`]);
});
