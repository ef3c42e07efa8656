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

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FIRST_DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const EPOCH = Date.UTC(2025, 0, 1);
const TICK = 32;
const LAST = EPOCH + (2 ** 34 - 1) * TICK;
const key = (id: string, fill: number): { id: string; bytes: Uint8Array } => ({
  id,
  bytes: new Uint8Array(32).fill(fill),
});
const seed = (fill = 7): Uint8Array => new Uint8Array(NONCE_SEED_BYTES).fill(fill);
const ids = (): ClickIds => createClickIds([key('a', 1)], 'test', seed());
const NOW = Date.UTC(2026, 5, 15, 10, 30);

const times = fc.integer({ min: 0, max: 2 ** 34 - 1 }).map((tick) => EPOCH + tick * TICK);
const links = fc.integer({ min: 0, max: MAX_LINK_NUMBER });

describe('click id', () => {
  test('is a letter and 31 letters and digits, and gives back link and time', () => {
    fc.assert(
      fc.property(links, times, fc.integer({ min: 0, max: TICK - 1 }), (link, time, late) => {
        const id = ids().mint(link, time + late);
        expect(id).toMatch(/^[A-Za-z][0-9A-Za-z]{31}$/);
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
    expect(minted.mint(1, EPOCH)).toBe('A000000000BHOdIwHeYaaTMJERx3HwTD');
    expect(minted.mint(123_456, NOW)).toBe('EIHZK9zUX1AgjdFVOx4iOy4YCmm7bAko');
    expect(ids().mint(MAX_LINK_NUMBER, LAST).slice(0, 10)).toBe('zWE94k9hlx');
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

  const keyOf = (secret: Uint8Array, form: number, environment: string): Buffer =>
    createHmac('sha256', secret).update(`gamma click id ${form}\0${environment}`).digest();
  const written = (value: bigint, digits: string, length: number): string => {
    let text = '';
    for (let rest = value; text.length < length; rest /= BigInt(digits.length))
      text = digits.charAt(Number(rest % BigInt(digits.length))) + text;
    return text;
  };
  const bytesOf = (value: bigint, length: number): Buffer =>
    Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
  const number = (text: string, digits: string): bigint =>
    [...text].reduce((sum, one) => sum * BigInt(digits.length) + BigInt(digits.indexOf(one)), 0n);

  test('is what the page says: 95 bits in a letter and 15 digits, then AES-CMAC of them in 16, keys of any length', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 150 });
    fc.assert(
      fc.property(bytes, fc.string(), links, times, (secret, environment, link, time) => {
        const id = createClickIds([{ id: 'a', bytes: secret }], environment, seed()).mint(
          link,
          time,
        );
        const head = number(id.slice(0, 16), DIGITS) - 10n * 62n ** 15n;
        expect(head >> 61n).toBe(BigInt((time - EPOCH) / TICK));
        expect((head >> 33n) & 0xfff_ffffn).toBe(BigInt(link));
        const tag = cmac(keyOf(secret, 2, environment), bytesOf(head, 12));
        const digits = [0, 4, 8, 12].map((at) =>
          written(BigInt(tag.readUInt32BE(at) % 62 ** 4), DIGITS, 4),
        );
        expect(id.slice(16)).toBe(digits.join(''));
      }),
      { numRuns: 2_000 },
    );
  });

  /** Ids as they were made until the second form. */
  const firstForm = (link: number, time: number, nonce: number): string => {
    const tick = BigInt(Math.floor((time - EPOCH) / 16));
    const head = (((tick << 28n) | BigInt(link)) << 32n) | BigInt(nonce);
    const tag = cmac(keyOf(key('a', 1).bytes, 1, 'test'), bytesOf(head, 12)).subarray(0, 12);
    return written((head << 96n) | BigInt(`0x${tag.toString('hex')}`), FIRST_DIGITS, 32);
  };

  test('12.13, ids that were given before prove as they did, whatever link and moment they name', () => {
    const until = fc.integer({ min: EPOCH, max: Date.UTC(2030, 11, 1) });
    fc.assert(
      fc.property(links, until, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (link, time, nonce) => {
        const id = firstForm(link, time, nonce);
        const facts = { linkNumber: link, clickedAtMs: time - ((time - EPOCH) % 16) };
        expect(ids().verify(id)).toEqual({ ok: true, value: facts });
        expect(id < ids().mint(link, time)).toBe(true);
        const at = nonce % 32;
        const other = FIRST_DIGITS.charAt(FIRST_DIGITS.indexOf(id.charAt(at)) ^ 1);
        const changed = id.slice(0, at) + other + id.slice(at + 1);
        expect(ids().verify(changed)).toEqual({ ok: false, error: 'click_id_forged' });
      }),
      { numRuns: 1_000 },
    );
    for (const [id, linkNumber, clickedAtMs] of [
      ['----------4bz5ZXxZE0kB3WHEWzUd05', 1, EPOCH],
      ['1eifF3-0sZ1ybOFK59C3IEEreZeTVBb2', 123_456, NOW],
    ] as const)
      expect(ids().verify(id)).toEqual({ ok: true, value: { linkNumber, clickedAtMs } });
  });

  /**
   * What web firewalls look for that letters, digits, "-" and "_" alone can say. After OWASP CRS 4: 942440 (comments),
   * 942450 (hexadecimal), 942430–942432 and 942460 (how many signs, how many in a row), 942100 (tokens of SQL), and for
   * what cuts or marks the ends of words: messengers and Markdown.
   */
  const ALARMS: readonly (readonly [name: string, alarm: RegExp])[] = [
    ['a comment', /--/],
    ['a hexadecimal number', /\b0x[0-9a-f]/i],
    ['a number, with or without an exponent', /(?:^|\W)\d/],
    ['signs that are counted', /[^0-9A-Za-z]/],
    ['an end that is cut off or made slanted', /^[-_]|[-_]$/],
  ];
  test('12.13, no id sets off a web firewall, least of all those of low link numbers', () => {
    const minted = ids();
    const low = Array.from({ length: 2_048 }, (_, link) => minted.mint(link, NOW + link));
    const round = Array.from({ length: 2_000 }, (_, n) => minted.mint(n % 3, EPOCH + n * 2 ** 28));
    for (const id of [...low, ...round, ids().mint(0, EPOCH), ids().mint(MAX_LINK_NUMBER, LAST)])
      for (const [name, alarm] of ALARMS)
        expect([name, id, alarm.test(id)]).toEqual([name, id, false]);
    fc.assert(
      fc.property(links, times, (link, time) => {
        for (const [, alarm] of ALARMS) expect(minted.mint(link, time)).not.toMatch(alarm);
      }),
      { numRuns: 5_000 },
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

  test('every changed character is refused', () => {
    const minted = ids();
    const id = minted.mint(123_456, NOW);
    for (let at = 0; at < CLICK_ID_LENGTH; at += 1) {
      for (const digit of FIRST_DIGITS) {
        if (digit === id.charAt(at)) continue;
        const changed = id.slice(0, at) + digit + id.slice(at + 1);
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
    for (const time of [EPOCH - 1, LAST + TICK, Number.NaN, Infinity]) {
      expect(() => ids().mint(1, time)).toThrow(RangeError);
    }
    expect(() => createClickIds([], 'test')).toThrow(RangeError);
    expect(() => createClickIds([key('a', 1)], 'test', randomBytes(4))).toThrow(RangeError);
  });
});
