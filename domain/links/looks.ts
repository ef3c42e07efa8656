/** What a digit or letter is read as in its place. */
const LOOKS: Readonly<Record<string, string>> = {
  ...{
    a: 'a4',
    b: 'b68',
    c: 'ck',
    e: 'e3',
    g: 'g69',
    i: 'i1',
    k: 'kc',
    l: 'l1i',
    o: 'o0',
    q: 'qk9',
  },
  ...{ s: 's5', t: 't7', u: 'uv', y: 'yj', z: 'z3' },
};

/** Each letter in any of its looks, as often as somebody likes. */
export const spelt = (stem: string): string =>
  [...stem].map((letter) => `[${LOOKS[letter] ?? letter}]+`).join('');
