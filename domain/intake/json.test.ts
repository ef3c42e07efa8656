import * as fc from 'fast-check';

import { parseJson } from './json';

/** What JSON.parse says, when it says anything. */
function reference(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const parsed = (text: string): unknown => {
  const result = parseJson(text);
  return result.ok ? { value: result.value } : undefined;
};

test('reads every JSON text as JSON.parse does', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }),
      fc.nat(3),
      (value, space) => {
        const text = JSON.stringify(value, null, space);
        // U+0000 and __proto__ are refused on purpose.
        fc.pre(!text.includes('\\u0000') && !text.includes('__proto__'));
        expect(parsed(text)).toEqual(reference(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('accepts no text that JSON.parse refuses', () => {
  const token = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\',
      'u00e9',
      '1',
      '-',
      '0',
      '.',
      'e',
      '+',
      'null',
      'true',
      ' ',
      '\n',
      '\u0001',
      'Infinity',
      "'",
      '\u2028',
    ],
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      const text = tokens.join('');
      const [ours, theirs] = [parsed(text), reference(text)];
      if (ours !== undefined) expect(ours).toEqual(theirs);
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ['{"a":1,"a":1}', 'json_duplicate_key'],
  ['{"a":{"b":1,"c":2,"b":3}}', 'json_duplicate_key'],
  ['{"a":1,"\\u0061":1}', 'json_duplicate_key'],
  ['{"__proto__":1}', 'json_invalid'],
  ['"\\u0000"', 'json_invalid'],
  ['"\\ud83d"', 'json_invalid'],
  ['01', 'json_invalid'],
  ['1.', 'json_invalid'],
  ['[1,]', 'json_invalid'],
  ['{"a":1,}', 'json_invalid'],
  ['"\t"', 'json_invalid'],
  ['', 'json_invalid'],
  ['1 1', 'json_invalid'],
  ['['.repeat(17) + ']'.repeat(17), 'json_too_deep'],
])('%s is %s', (text, code) => {
  expect(parseJson(text)).toMatchObject({ ok: false, error: { code } });
});

test('keys that equal names of Object.prototype are ordinary keys', () => {
  expect(parsed('{"toString":1,"constructor":2,"hasOwnProperty":3}')).toEqual({
    value: { toString: 1, constructor: 2, hasOwnProperty: 3 },
  });
});

test('numbers under exact keys stay the text that was sent', () => {
  const text =
    '{"sale_amount":1000.10,"other":1000.10,"big":[{"sale_amount":90071992547409931234}]}';
  expect(parseJson(text, new Set(['sale_amount']))).toEqual({
    ok: true,
    value: {
      sale_amount: '1000.10',
      other: 1000.1,
      big: [{ sale_amount: '90071992547409931234' }],
    },
  });
});
