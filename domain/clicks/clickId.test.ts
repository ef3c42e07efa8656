import { createCipheriv, createHmac, randomBytes } from 'node:crypto';

import fc from 'fast-check';

import {
  CLICK_ID_LENGTH,
  createClickIdRing,
  createClickIds,
  MAX_LINK_NUMBER,
  NONCE_SEED_BYTES,
  type ClickIds,
} from './clickId';

const ALPHABET = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const EPOCH = Date.UTC(2025, 0, 1);
const LAST = EPOCH + (2 ** 36 - 1) * 16;
const key = (id: string, fill: number): { id: string; bytes: Uint8Array } => ({
  id,
  bytes: new Uint8Array(32).fill(fill),
});
const seed = (fill = 7): Uint8Array => new Uint8Array(NONCE_SEED_BYTES).fill(fill);
const ids = (): ClickIds => createClickIds([key('a', 1)], 'test', seed());
const NOW = Date.UTC(2026, 5, 15, 10, 30);

const times = fc.integer({ min: 0, max: 2 ** 36 - 1 }).map((tick) => EPOCH + tick * 16);
const links = fc.integer({ min: 0, max: MAX_LINK_NUMBER });

describe('click id', () => {
  test('is 32 URL-safe characters and gives back link and time', () => {
    fc.assert(
      fc.property(links, times, fc.integer({ min: 0, max: 15 }), (link, time, late) => {
        const id = ids().mint(link, time + late);
        expect(id).toMatch(/^[-_0-9A-Za-z]{32}$/);
        expect(ids().verify(id)).toEqual({
          ok: true,
          value: { linkNumber: link, clickedAtMs: time },
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('keeps its format: these ids are in shops’ books', () => {
    const minted = ids();
    expect(minted.mint(1, EPOCH)).toBe('----------4bz5ZXxZE0kB3WHEWzUd05');
    expect(minted.mint(123_456, NOW)).toBe('1eifF3-0sZ1ybOFK59C3IEEreZeTVBb2');
    expect(ids().mint(MAX_LINK_NUMBER, LAST).slice(0, 10)).toBe('zzzzzzzzzz');
  });

  /** RFC 4493 in big integers, for a message shorter than a block. */
  const cmac = (key: Buffer, message: Buffer): Buffer => {
    const aes = (block: bigint): bigint => {
      const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
      const out = cipher.update(Buffer.from(block.toString(16).padStart(32, '0'), 'hex'));
      return BigInt(`0x${out.toString('hex')}`);
    };
    const double = (x: bigint): bigint =>
      ((x << 1n) ^ (x >> 127n ? 0x87n : 0n)) & ((1n << 128n) - 1n);
    const padded = BigInt(`0x${message.toString('hex')}80`.padEnd(34, '0'));
    const tag = aes(padded ^ double(double(aes(0n))));
    return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex');
  };

  test('the tag is AES-CMAC-96 of the head under a key of the environment, for keys of any length', () => {
    const bits = (text: string): Buffer => {
      const digits = [...text].map((char) => ALPHABET.indexOf(char).toString(2).padStart(6, '0'));
      return Buffer.from(
        digits
          .join('')
          .match(/.{8}/g)!
          .map((octet) => parseInt(octet, 2)),
      );
    };
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 150 });
    fc.assert(
      fc.property(bytes, fc.string(), links, times, (secret, environment, link, time) => {
        const minted = createClickIds([{ id: 'a', bytes: secret }], environment, seed());
        const id = bits(minted.mint(link, time));
        const key = createHmac('sha256', secret)
          .update(`gamma click id 1\0${environment}`)
          .digest();
        expect(id.subarray(12)).toEqual(cmac(key, id.subarray(0, 12)).subarray(0, 12));
      }),
      { numRuns: 2_000 },
    );
  });

  test('sorts by time as text, byte by byte', () => {
    const minted = ids();
    fc.assert(
      fc.property(links, links, times, times, (l1, l2, t1, t2) => {
        fc.pre(t1 !== t2);
        const [a, b] = [minted.mint(l1, t1), minted.mint(l2, t2)];
        expect(a < b).toBe(t1 < t2);
        expect(Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0).toBe(t1 < t2);
      }),
      { numRuns: 2_000 },
    );
  });

  test('many at once are those that would be minted one after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(links, times), { maxLength: 200 }), (clicks) => {
        const [one, many] = [ids(), ids()];
        const each = clicks.map(([link, time]) => one.mint(link, time));
        const wanted = clicks.map(([linkNumber, nowMs]) => ({ linkNumber, nowMs }));
        expect(many.mintAll(wanted)).toEqual(each);
      }),
      { numRuns: 200 },
    );
  });

  test('does not repeat in a process, and neighbours share no visible pattern', () => {
    const minted = ids();
    const seen = new Set<string>();
    const nonces = new Set<string>();
    for (let i = 0; i < 100_000; i += 1) {
      const id = minted.mint(5, NOW);
      seen.add(id);
      nonces.add(id.slice(10, 16));
    }
    expect(seen.size).toBe(100_000);
    expect(nonces.size).toBe(100_000);
    const [first = '', second = ''] = [...seen];
    expect(first.slice(10, 14)).not.toBe(second.slice(10, 14));
  });

  test('every flipped bit is refused', () => {
    const minted = ids();
    const id = minted.mint(123_456, NOW);
    for (let at = 0; at < CLICK_ID_LENGTH; at += 1) {
      for (let bit = 0; bit < 6; bit += 1) {
        const digit = ALPHABET.indexOf(id.charAt(at)) ^ (1 << bit);
        const changed = id.slice(0, at) + ALPHABET.charAt(digit) + id.slice(at + 1);
        expect(minted.verify(changed)).toEqual({ ok: false, error: 'click_id_forged' });
      }
    }
  });

  test.each([
    ['empty', () => ''],
    ['cut', (id: string) => id.slice(0, -1)],
    ['longer', (id: string) => `${id}-`],
    ['space', (id: string) => ` ${id.slice(1)}`],
    ['plus', (id: string) => `+${id.slice(1)}`],
    ['slash', (id: string) => `${id.slice(0, 31)}/`],
    ['padding', (id: string) => `${id.slice(0, 31)}=`],
    ['NUL', (id: string) => `${id.slice(0, 31)}\0`],
    ['Cyrillic', (id: string) => `а${id.slice(1)}`],
    ['beyond ASCII, same low bits', (id: string) => `\u0130${id.slice(1)}`],
    ['surrogate', (id: string) => `\ud800${id.slice(1)}`],
  ])('malformed: %s', (_name, spoil) => {
    const minted = ids();
    expect(minted.verify(spoil(minted.mint(9, NOW)))).toEqual({
      ok: false,
      error: 'click_id_malformed',
    });
  });

  test('every truncation is malformed and every stranger is refused', () => {
    const minted = ids();
    const id = minted.mint(9, NOW);
    for (let length = 0; length < CLICK_ID_LENGTH; length += 1) {
      expect(minted.verify(id.slice(0, length)).ok).toBe(false);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (text) => {
        expect(minted.verify(text).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (bytes) => {
        expect(minted.verify(Buffer.from(bytes).toString('base64url')).ok).toBe(false);
      }),
    );
  });

  test('another key or another environment is a forgery', () => {
    const id = ids().mint(9, NOW);
    const forged = { ok: false, error: 'click_id_forged' };
    expect(createClickIds([key('a', 2)], 'test').verify(id)).toEqual(forged);
    expect(createClickIds([key('a', 1)], 'live').verify(id)).toEqual(forged);
    expect(createClickIds([key('a', 1)], 'test ').verify(id)).toEqual(forged);
    expect(createClickIds([key('a', 1)], 'test').verify(id).ok).toBe(true);
  });

  test('keys rotate with an overlap: the new one mints, both verify', () => {
    const before = createClickIds([key('a', 1)], 'test', seed()).mint(9, NOW);
    const both = createClickIds([key('b', 2), key('a', 1)], 'test', seed());
    const after = both.mint(9, NOW);
    expect(both.verify(before).ok && both.verify(after).ok).toBe(true);
    expect(createClickIds([key('b', 2)], 'test').verify(after).ok).toBe(true);
    expect(createClickIds([key('b', 2)], 'test').verify(before).ok).toBe(false);
  });

  test('keys rotate in a running process: old ids verify as long as their key is there, none repeats', () => {
    const ring = createClickIdRing([key('a', 1)], { environment: 'test', nonceSeed: seed() });
    const before = ring.mint(9, NOW);
    ring.use([key('a', 1), key('b', 2)]);
    const prepared = ring.mint(9, NOW);
    ring.use([key('b', 2), key('a', 1)]);
    const after = ring.mint(9, NOW);
    expect([before, prepared, after].map((id) => ring.verify(id).ok)).toEqual([true, true, true]);
    expect(new Set([before, prepared, after].map((id) => id.slice(10, 16))).size).toBe(3);
    expect(createClickIds([key('b', 2)], 'test').verify(after).ok).toBe(true);
    expect(createClickIds([key('a', 1)], 'test').verify(prepared).ok).toBe(true);
    ring.use([key('b', 2)]);
    expect(ring.verify(before)).toEqual({ ok: false, error: 'click_id_forged' });
    expect(ring.verify(after).ok).toBe(true);
    expect(() => ring.use([])).toThrow(RangeError);
    expect(ring.verify(after).ok).toBe(true);
  });

  test('another environment on the same keys is named when it is one we know of', () => {
    const others = ['live', 'test', 'demo'];
    const live = createClickIdRing([key('b', 2), key('a', 1)], {
      environment: 'live',
      otherEnvironments: others,
    });
    const id = ids().mint(9, NOW);
    expect(live.verify(id)).toEqual({ ok: false, error: 'click_id_other_environment' });
    expect(live.verify(`${id.slice(0, 31)}${id.endsWith('-') ? '0' : '-'}`)).toEqual({
      ok: false,
      error: 'click_id_forged',
    });
    const own = createClickIdRing([key('a', 1)], {
      environment: 'test',
      otherEnvironments: others,
    });
    expect(own.verify(id).ok).toBe(true);
    expect(() => live.mint(1, NOW)).toThrow(RangeError);
  });

  test('an id from more than 5 minutes ahead is refused when the time is known', () => {
    const minted = ids();
    const id = minted.mint(9, NOW);
    expect(minted.verify(id, NOW - 299_000).ok).toBe(true);
    expect(minted.verify(id, NOW - 301_000)).toEqual({ ok: false, error: 'click_id_from_future' });
  });

  test('what does not fit is a bug, not a click', () => {
    for (const link of [-1, MAX_LINK_NUMBER + 1, 1.5, Number.NaN]) {
      expect(() => ids().mint(link, NOW)).toThrow(RangeError);
    }
    for (const time of [EPOCH - 1, LAST + 16, Number.NaN, Infinity]) {
      expect(() => ids().mint(1, time)).toThrow(RangeError);
    }
    expect(() => createClickIds([], 'test')).toThrow(RangeError);
    expect(() => createClickIds([key('a', 1)], 'test', randomBytes(4))).toThrow(RangeError);
  });
});
