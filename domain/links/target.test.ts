import fc from 'fast-check';

import { TARGET_ATTACKS } from '../../test/e2e/redirect/targetAttacks';
import { checkTarget, clickIdSlot, normaliseHost, parseTarget, withClickId } from './target';
import { LANGUAGES, LINK_TEXTS } from './texts';

const HOSTS = new Set(['wildberries.kz', 'www.wildberries.kz', 'xn--80aaairftm.xn--80ao21a']);
const ID = 'C'.repeat(32);

const ACCEPTED: readonly (readonly [string, string])[] = [
  ['https://wildberries.kz', 'https://wildberries.kz/'],
  ['https://WWW.Wildberries.KZ/catalog/1', 'https://www.wildberries.kz/catalog/1'],
  ['HTTPS://wildberries.kz/', 'https://wildberries.kz/'],
  ['https://wildberries.kz./a', 'https://wildberries.kz/a'],
  ['https://wildberries.kz:443/a', 'https://wildberries.kz/a'],
  ['https://wildberries.kz./?a=1#b', 'https://wildberries.kz/?a=1#b'],
  ['https://wildberries.kz?a=1', 'https://wildberries.kz/?a=1'],
  ['https://wildberries.kz/a@b:c//d', 'https://wildberries.kz/a@b:c//d'],
  [
    'https://wildberries.kz/?u=https://evil.com/%2f&x=%D0%BA+%20',
    'https://wildberries.kz/?u=https://evil.com/%2f&x=%D0%BA+%20',
  ],
  ['https://wildberries.kz/платье', 'https://wildberries.kz/%D0%BF%D0%BB%D0%B0%D1%82%D1%8C%D0%B5'],
  ['https://xn--80aaairftm.xn--80ao21a/', 'https://xn--80aaairftm.xn--80ao21a/'],
];

describe('link target', () => {
  test.each(TARGET_ATTACKS)('refuses %j: %s', (text, code) => {
    expect(checkTarget(text, HOSTS)).toEqual({ ok: false, error: code });
  });

  test.each(ACCEPTED)('accepts %j as %s', (text, href) => {
    expect(checkTarget(text, HOSTS)).toMatchObject({ ok: true, value: { href } });
  });

  test('an IDN host is compared as punycode', () => {
    const [first = ''] = [...HOSTS].slice(-1);
    expect(normaliseHost('Магазин.ҚАЗ')).toMatch(/^xn--/);
    const unicode = parseTarget('https://Магазин.қаз/');
    expect(unicode).toMatchObject({
      ok: true,
      value: { host: normaliseHost('магазин.қаз') },
    });
    expect(normaliseHost(first)).toBe(first);
  });

  test('nothing accepted leaves the list: 120,000 generated addresses', () => {
    const name = fc.constantFrom(
      ...['wildberries.kz', 'www.wildberries.kz', 'evil.com', 'evil-wildberries.kz', '127.0.0.1'],
      ...['wildberries。kz', 'ｗildberries.kz', 'wіldberries.kz', 'xn--wldberries-q9a.kz', '[::1]'],
      ...['0x7f.1', 'WILDBERRIES.KZ', 'wildberries.kz.', 'localhost', ''],
    );
    const glue = fc.constantFrom(
      ...[
        '',
        '/',
        '//',
        '\\',
        '@',
        ':',
        ':443',
        ':443@',
        ':80',
        '.',
        '%2f',
        '%40',
        '%5c',
        '#',
        '?',
      ],
      ...[
        '\t',
        '\r\n',
        ' ',
        '／',
        '＠',
        '？',
        '＃',
        '%00',
        '%0d%0a',
        '..',
        '/..',
        '/../',
        '&',
        ';',
      ],
      ...['\u0000', '\u2028', '\u200b', '℀', '％', '²'],
    );
    const scheme = fc.constantFrom(
      ...['https://', 'https://', 'https://', 'HTTPS://', 'https:/', 'https:', 'https:///', '//'],
      ...[
        'http://',
        'javascript:',
        'data:',
        'blob:https://',
        '\\\\',
        'ht\ttps://',
        ' https://',
        '',
      ],
    );
    const part = fc.oneof(
      { weight: 4, arbitrary: name },
      { weight: 4, arbitrary: glue },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    );
    const anything = fc
      .tuple(scheme, fc.array(part, { minLength: 1, maxLength: 6 }))
      .map(([start, parts]) => start + parts.join(''));
    const nearlyRight = fc
      .tuple(fc.constantFrom(...HOSTS), fc.array(part, { maxLength: 4 }))
      .map(([host, parts]) => `https://${host}${parts.join('')}`);
    const address = fc.oneof(anything, nearlyRight);
    let accepted = 0;
    fc.assert(
      fc.property(address, fc.constantFrom('sub1', 'click_id'), (text, param) => {
        const target = checkTarget(text, HOSTS);
        if (!target.ok) return;
        accepted += 1;
        const location = withClickId(target.value.href, param, ID);
        // The parser that checked, a browser that resolves a Location, and a third reading by hand.
        expect(HOSTS.has(new URL(location).hostname)).toBe(true);
        expect(new URL(location, 'https://gamma.example/click').href).toBe(location);
        const byHand = /^https:\/\/([a-z0-9.-]+)[/?#]/.exec(location);
        expect(byHand !== null && HOSTS.has(byHand[1]!)).toBe(true);
        expect(/^[\x21-\x7e]+$/.test(location)).toBe(true);
        expect(new URL(location).searchParams.getAll(param)).toEqual([ID]);
      }),
      { numRuns: 120_000 },
    );
    expect(accepted).toBeGreaterThan(5_000);
  });
});

describe('place of the click id', () => {
  test.each([
    ['https://a.kz/', `https://a.kz/?sub1=${ID}`],
    ['https://a.kz/?', `https://a.kz/?sub1=${ID}`],
    ['https://a.kz/#f', `https://a.kz/?sub1=${ID}#f`],
    ['https://a.kz/?#f?sub1=x', `https://a.kz/?sub1=${ID}#f?sub1=x`],
    ['https://a.kz/?x=1', `https://a.kz/?x=1&sub1=${ID}`],
    ['https://a.kz/?x=1&', `https://a.kz/?x=1&&sub1=${ID}`],
    ['https://a.kz/?sub1=old', `https://a.kz/?sub1=${ID}`],
    ['https://a.kz/?sub1', `https://a.kz/?sub1=${ID}`],
    ['https://a.kz/?a=%20+&sub1=old&b=é', `https://a.kz/?a=%20+&sub1=${ID}&b=é`],
    ['https://a.kz/?sub1=1&x=2&sub1=3', `https://a.kz/?sub1=${ID}&x=2`],
    ['https://a.kz/?s%75b1=stranger&x=2', `https://a.kz/?sub1=${ID}&x=2`],
    ['https://a.kz/?sub10=1&xsub1=2', `https://a.kz/?sub10=1&xsub1=2&sub1=${ID}`],
    ['https://a.kz/?a=b=c&%zz=1', `https://a.kz/?a=b=c&%zz=1&sub1=${ID}`],
  ])('%s', (href, location) => {
    expect(withClickId(href, 'sub1', ID)).toBe(location);
  });

  test('other bytes of the query stay, whatever they are', () => {
    const piece = fc.stringMatching(/^[a-z%+=.0-9-]{1,12}$/).filter((p) => !p.startsWith('sub1'));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const query = pieces.join('&');
        const { head, tail } = clickIdSlot(`https://a.kz/?${query}`, 'sub1');
        expect(head + tail).toBe(`https://a.kz/?${query}&sub1=`);
      }),
    );
  });
});

test('every code has a title and a sentence in three languages', () => {
  for (const [code, texts] of Object.entries(LINK_TEXTS)) {
    expect(code).toMatch(/^[a-z_]+$/);
    expect(Object.keys(texts).sort()).toEqual([...LANGUAGES].sort());
    const sentences = LANGUAGES.map((language) => texts[language].sentence);
    expect(new Set(sentences).size).toBe(LANGUAGES.length);
    for (const sentence of sentences) expect(sentence.length).toBeGreaterThan(30);
  }
});
