import fc from 'fast-check';

import { codeFromBytes, isRude, MAX_SLUG, readSlug, slugAlternatives } from './slug';

test.each([
  ['sale', 'sale'],
  ['ｓale', 'sale'],
  [' Sale-2026 ', 'sale-2026'],
  ['a1b2', 'a1b2'],
  ['x'.repeat(32), 'x'.repeat(32)],
  ['a--b', 'a--b'],
])('%j is the name %j', (text, slug) => {
  expect(readSlug(text)).toEqual({ ok: true, value: slug });
});

test.each([
  ...[
    '',
    'abc',
    'x'.repeat(33),
    'a b c',
    'a_b_c',
    'скидка',
    '-sale',
    'sale-',
    'a/b/c',
    'sale.',
    'sale\n!',
  ].map((text) => [text, 'slug_malformed'] as const),
  ...['click', 'Health', 'report', 'robots', 'favicon', 'admin', 'gamma'].map(
    (text) => [text, 'slug_reserved'] as const,
  ),
  ['robots.txt', 'slug_malformed'] as const,
])('%j is refused: %s', (text, code) => {
  expect(readSlug(text)).toEqual({ ok: false, error: code });
});

test.each([
  ...[
    'fuck',
    'f-u-c-k',
    'fuuuck-you',
    'fvck',
    'phuck',
    'b1tch',
    'sh1t',
    'my-sh1t',
    'a55hole',
    'p0rn-hub',
    'xxpornxx',
  ],
  ...[
    'blyat',
    'bly4d',
    'pizdec',
    'p1zda',
    'nahuy',
    'idi-na-huy',
    'huy-vam',
    'xyi-tebe',
    'e8an-ka',
    'pidor',
    'mud4k',
    'zh0pa',
  ],
  ...[
    'kotak',
    'qotaq',
    'q0taq-bas',
    'siktir',
    's1kt1r',
    'shlyukha',
    'nakhuy',
    'cyka-blyat',
    'blya',
    'i-suka',
    'ebanat',
    'zhalap',
    'qanshyq',
    'nigg3r',
    's-e-x',
    'suka-blya',
  ],
])('%j is rude', (text) => {
  expect(isRude(text)).toBe(true);
});

test.each([
  ...[
    'essex-coat',
    'scarf',
    'cocktail',
    'rebate-10',
    'debate',
    'mandarin',
    'shiitake',
    'shitake',
    'nazira',
    'class',
  ],
  ...[
    'assembly',
    'analiz',
    'aliya-style',
    'wildberries',
    'technodom-tv',
    'kurtka-zima',
    'sumka',
    'kotik',
    'dastarkhan',
  ],
  ...[
    'qazaq-dress',
    'balalar',
    'ayakiyim',
    'kiyim',
    'samsung-a56',
    'iphone-17',
    'shuba',
    'hudi',
    'krossovki',
    'zhibek',
  ],
  ...[
    'peshka',
    'amanat',
    'bokal',
    'titan',
    'shirt',
    'dickens',
    'hublot',
    'alua',
    'almaty-8',
    'lebanon',
    'grape',
    'i-am-aliya',
    'sukno',
    'cyan',
    'cykle',
    'sukhofrukty',
    'bokserki',
  ],
])('%j is not', (text) => {
  expect(isRude(text)).toBe(false);
});

test('200,000 codes: the alphabet, no rude ones, nearly all different', () => {
  let seed = 12_345;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 24;
  };
  const codes = new Set<string>();
  const wrong: string[] = [];
  let drawn = 0;
  for (let i = 0; i < 200_000; i += 1) {
    const code = codeFromBytes(Uint8Array.from({ length: 24 }, next));
    if (code === undefined) continue;
    drawn += 1;
    codes.add(code);
    if (!/^[2-9b-df-hjkmnp-tv-z]{8}$/.test(code) || isRude(code)) wrong.push(code);
  }
  expect(wrong).toEqual([]);
  expect(drawn).toBeGreaterThan(199_000);
  expect(codes.size).toBeGreaterThan(drawn - 5);
  expect(codeFromBytes(new Uint8Array(24).fill(255))).toBeUndefined();
});

test('alternatives are names themselves, other than the taken one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9-]{2,30}[a-z0-9]$/), (slug) => {
      for (const name of slugAlternatives(slug)) {
        expect(readSlug(name)).toEqual({ ok: true, value: name });
        expect(name.length).toBeLessThanOrEqual(MAX_SLUG);
        expect(name).not.toBe(slug);
      }
    }),
  );
  expect(slugAlternatives('sale').length).toBeGreaterThan(5);
});
