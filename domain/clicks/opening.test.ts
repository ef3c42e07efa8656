import fc from 'fast-check';

import { checkTarget, clickIdSlot } from '../links/target';
import { intentSlot } from './opening';

const ID = '1eifF3-0sZ1ybOFK59C3IEEreZeTVBb2';
const PACKAGE = 'com.wildberries.ru';

/** As Android's Intent.parseUri reads an address: everything behind the last "#", cut at ";". */
function asAndroidReads(uri: string): { data: string; said: Map<string, string> } {
  const at = uri.lastIndexOf('#');
  expect(uri.startsWith('#Intent;', at)).toBe(true);
  const said = new Map<string, string>();
  const parts = uri.slice(at + '#Intent;'.length).split(';');
  expect(parts.pop()).toBe('end');
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals);
    expect(said.has(name)).toBe(false);
    said.set(name, decodeURIComponent(part.slice(equals + 1)));
  }
  return { data: uri.slice(0, at), said };
}

const intentOf = (href: string): string | undefined => {
  const slot = intentSlot(clickIdSlot(href, 'sub1'), PACKAGE);
  return slot && slot.head + ID + slot.middle + ID + slot.tail;
};

test('an address of a product, as an intent', () => {
  expect(intentOf('https://www.wildberries.kz/catalog/1/detail.aspx?size=4#top')).toBe(
    `intent://www.wildberries.kz/catalog/1/detail.aspx?size=4&sub1=${ID}#Intent;scheme=https;` +
      'action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;' +
      `package=${PACKAGE};S.browser_fallback_url=https%3A%2F%2Fwww.wildberries.kz%2Fcatalog%2F1%2F` +
      `detail.aspx%3Fsize%3D4%26sub1%3D${ID}%23top;end`,
  );
});

test.each([
  'https://wb.kz/a#Intent;package=evil.app;S.browser_fallback_url=https%3A%2F%2Fevil.com;end',
  'https://wb.kz/a;package=evil.app;end',
  'https://wb.kz/a?x=1;end#Intent;scheme=javascript;end',
  'https://wb.kz/a?sub1=1&b=;component=evil/.Main;end',
  'https://wb.kz/a?b=%23Intent%3Bpackage%3Devil.app%3Bend',
  'https://wb.kz/;end?;end#;end',
])('%s says nothing to Android', (text) => {
  const target = checkTarget(text, new Set(['wb.kz']));
  const { data, said } = asAndroidReads(intentOf(target.ok ? target.value.href : '')!);
  expect(data).toMatch(/^intent:\/\/wb\.kz\/[^;#]*$/);
  expect([said.get('package'), said.get('scheme')]).toEqual([PACKAGE, 'https']);
});

test('whatever the target, the intent names our package, its host and a fallback equal to the plain redirect', () => {
  const junk = fc.constantFrom(
    ...[
      '#Intent;',
      ';end',
      ';package=evil.app',
      'S.browser_fallback_url=',
      '#',
      ';',
      '%3B',
      '%23',
      '?',
      '&',
      '=',
      'sub1',
      '/',
      "'",
      '(',
      '*',
      '|',
      'й',
    ],
  );
  const text = fc
    .array(fc.oneof(junk, fc.string({ maxLength: 6 })), { maxLength: 12 })
    .map((parts) => `https://wb.kz/${parts.join('')}`);
  let seen = 0;
  fc.assert(
    fc.property(text, (one) => {
      const target = checkTarget(one, new Set(['wb.kz']));
      if (!target.ok) return;
      const { head, tail } = clickIdSlot(target.value.href, 'sub1');
      const { data, said } = asAndroidReads(intentOf(target.value.href)!);
      expect(data).toMatch(/^intent:\/\/wb\.kz\/[\x21-\x7e]*$/);
      expect(data).not.toMatch(/[#;]/);
      expect([...said]).toEqual([
        ['scheme', 'https'],
        ['action', 'android.intent.action.VIEW'],
        ['category', 'android.intent.category.BROWSABLE'],
        ['package', PACKAGE],
        ['S.browser_fallback_url', head + ID + tail],
      ]);
      seen += 1;
    }),
    { numRuns: 20_000 },
  );
  expect(seen).toBeGreaterThan(5_000);
});

test.each(['', 'app', 'a.b;S.x=1', 'a.b#', 'a..b', '1a.b', 'a.b ', 'а.б'])(
  'package %j opens nothing',
  (name) => {
    expect(intentSlot({ head: 'https://wb.kz/?sub1=', tail: '' }, name)).toBeUndefined();
  },
);
