import { randomBytes } from 'node:crypto';

import { keyRing, parseKeyRing, type Env } from '../../config/env';

/** 12.9: no weak key starts in live mode, and one of zeros nowhere. */
const ring = (bytes: Buffer): string => `k1:${bytes.toString('base64')}`;
const live = (bytes: Buffer, more: Env = {}): (() => unknown) => {
  const env = { GAMMA_MODE: 'live', GAMMA_MASTER_KEY: ring(bytes), ...more };
  return () => keyRing(env, 'GAMMA_MASTER_KEY');
};

test.each([
  ['zeros', Buffer.alloc(32)],
  ['one byte again and again', Buffer.alloc(32, 'm1')],
  ['counted up', Buffer.from(Array.from({ length: 32 }, (_, at) => at))],
  ['counted down by three', Buffer.from(Array.from({ length: 48 }, (_, at) => 250 - 3 * at))],
  ['a sentence', Buffer.from('correct horse battery staple, and more of it')],
  ['hex as text', Buffer.from(randomBytes(32).toString('hex'))],
  ['a short secret, twice', Buffer.concat([Buffer.alloc(16, 'pass'), Buffer.alloc(16, 'pass')])],
])('a key of %s does not start in live mode', (_name, bytes) => {
  expect(live(bytes)).toThrow(/^GAMMA_MASTER_KEY holds a key/);
});

test('nor does one that stands in another setting too, or an old one behind a good one', () => {
  const good = randomBytes(32);
  expect(live(good, { GAMMA_CODEC_KEYS: ring(good) })).toThrow(
    'GAMMA_MASTER_KEY and GAMMA_CODEC_KEYS hold the same key',
  );
  const env = { GAMMA_CLICK_KEYS: `${ring(good)},k0:${Buffer.alloc(32, 7).toString('base64')}` };
  expect(() => keyRing(env, 'GAMMA_CLICK_KEYS')).toThrow('not drawn at random');
});

test('ten thousand random keys of 32 to 64 bytes all start', () => {
  for (let n = 0; n < 10_000; n += 1) {
    const bytes = randomBytes(32 + (n % 33));
    expect(live(bytes, { GAMMA_CLICK_KEYS: ring(randomBytes(32)) })()).toMatchObject([
      { id: 'k1' },
    ]);
  }
});

test('test mode takes simple keys, but none of zeros; nothing of a key is in what is said', () => {
  const simple = Buffer.alloc(32, 'm1');
  expect(keyRing({ GAMMA_MODE: 'test', K: ring(simple) }, 'K')).toHaveLength(1);
  expect(() => parseKeyRing(ring(Buffer.alloc(32)), 'K')).toThrow('zeros');
  const told = [live(simple), live(simple, { GAMMA_CODEC_KEYS: ring(simple) })].map((start) => {
    try {
      return start();
    } catch (thrown) {
      return String(thrown);
    }
  });
  expect(told.join()).not.toContain(simple.toString('base64').slice(0, 8));
});
