import fc from 'fast-check';
import { checkBin, checkDigit, checkIdentifier, checkIin, maskIdentifier } from './iin';

describe('IIN and BIN', () => {
  it.each([
    ['990506390000', '1999-05-06'],
    ['990506490007', '1999-05-06'],
    ['851231390000', '1985-12-31'],
    ['990506390106', '1999-05-06'],
    ['990506-390000', '1999-05-06'],
    [' 9905 0639\u00a00000 ', '1999-05-06'],
  ])('accepts %s, born %s', (text, birthDate) => {
    expect(checkIin(text)).toEqual({
      ok: true,
      value: { kind: 'iin', digits: text.replace(/\D/g, ''), birthDate, findings: [] },
    });
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('no check digit fits 99050639012%d', (last) => {
    expect(checkIdentifier(`99050639012${last}`)).toEqual({
      ok: false,
      error: 'identifier_check_digit',
    });
    expect(checkDigit('99050639012')).toBeNull();
  });

  it.each([
    ['990506390001', 'identifier_check_digit'],
    ['000000000000', 'identifier_placeholder'],
    ['111111111111', 'identifier_placeholder'],
    ['99050639000', 'identifier_not_twelve_digits'],
    ['9905063900000', 'identifier_not_twelve_digits'],
    ['', 'identifier_not_twelve_digits'],
    ['99050639000O', 'identifier_not_twelve_digits'],
  ])('refuses %s: %s', (text, error) => {
    expect(checkIdentifier(text)).toEqual({ ok: false, error });
  });

  it.each([
    ['000229390000', ['birth_date_impossible']],
    ['990506090001', ['century_digit_unassigned']],
    ['990506790006', ['century_digit_unassigned']],
  ])('flags %s softly: %j', (text, findings) => {
    expect(checkIin(text)).toMatchObject({ ok: true, value: { birthDate: null, findings } });
  });

  it('compares the declared birth date and looks at the age', () => {
    const findings = (context: Parameters<typeof checkIin>[1], text = '990506390000') => {
      const checked = checkIin(text, context);
      return checked.ok ? checked.value.findings : checked.error;
    };
    expect(findings({ declaredBirthDate: '1999-05-06' })).toEqual([]);
    expect(findings({ declaredBirthDate: '1999-05-07' })).toEqual(['birth_date_differs']);
    expect(findings({ today: '2017-05-05' })).toEqual(['under_18']);
    expect(findings({ today: '2017-05-06' })).toEqual([]);
    expect(findings({ declaredBirthDate: '1999-05-06' }, '990506090001')).toEqual([
      'century_digit_unassigned',
    ]);
  });

  it('tells an organisation from a person by digit 5', () => {
    expect(checkBin('260140009009')).toMatchObject({ ok: true, value: { kind: 'bin' } });
    expect(checkIin('260140009009')).toEqual({ ok: false, error: 'identifier_is_bin' });
    expect(checkBin('990506390000')).toEqual({ ok: false, error: 'identifier_is_iin' });
  });

  it('shows only the last four digits', () => {
    expect(maskIdentifier('990506390000')).toBe('••••••••0000');
  });

  const first11 = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 })
    .map((digits) => digits.join(''));

  it('accepts exactly one last digit, or none', () => {
    fc.assert(
      fc.property(first11, (head) => {
        const fitting = [...'0123456789'].filter((last) => checkIdentifier(head + last).ok);
        const digit = checkDigit(head);
        const expected = digit === null || /^0+$/.test(head) ? [] : [String(digit)];
        expect(fitting).toEqual(expected);
      }),
    );
  });

  it('notices every single wrong digit caught by the first pass alone', () => {
    // Weights 1…10 have inverses modulo 11, so a first-pass number with one changed digit cannot pass
    // the first pass again; position 11 (weight 11 ≡ 0) is the standard's own blind spot.
    fc.assert(
      fc.property(
        first11,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (head, at, shift) => {
          const digit = checkDigit(head);
          fc.pre(digit !== null && remainder(head) !== 10);
          const changed = [...head];
          changed[at] = String((Number(changed[at]) + shift) % 10);
          fc.pre(remainder(changed.join('')) !== 10);
          expect(checkIdentifier(changed.join('') + String(digit)).ok).toBe(false);
        },
      ),
    );
  });
});

function remainder(head: string): number {
  return [...head].reduce((sum, digit, i) => sum + Number(digit) * (i + 1), 0) % 11;
}
