import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { STREAMS_A_CALLER, STREAMS_A_PROCESS } from '../../api/access/streams';
import { passwordTryCost } from '../../api/accounts/attempts';
import { LIMITS } from '../../api/limitList';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/limits.md'), 'utf8');

const SPANS: Readonly<Record<string, number>> = {
  '1 min': 60,
  '15 min': 900,
  '1 h': 3_600,
  '1 day': 86_400,
};

test('docs/limits.md says what the code does, each limit once', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| ([^|]+) \|/gm)].map(
    ([, name, points, span]) => ({ name, points: Number(points), seconds: SPANS[span!] }),
  );
  const byName = (a: { name?: string }, b: { name?: string }): number =>
    a.name! < b.name! ? -1 : 1;
  expect(rows.toSorted(byName)).toEqual([...LIMITS].sort(byName));
  expect(new Set(LIMITS.map(({ name }) => name)).size).toBe(LIMITS.length);
  expect(page).toContain(`| ${STREAMS_A_CALLER} | person or key`);
  expect(page).toContain(`| ${STREAMS_A_PROCESS} | process`);
});

test('no limit of the API is missing from the list', () => {
  const files = readdirSync(join(ROOT, 'api'), { recursive: true, encoding: 'utf8' });
  const named = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, 'api', file), 'utf8').matchAll(/: Limit = \{\s*name: '(\w+)'/g),
    ])
    .map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(20);
  const known = new Set(LIMITS.map(({ name }) => name));
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('wrong passwords get dearer and never cost more than there is', () => {
  const password = LIMITS.find(({ name }) => name === 'password')!;
  let before = 1;
  for (const wrong of [0, 1, 99, 100, 999, 1_000, 10_000, 1_000_000]) {
    const cost = passwordTryCost(wrong);
    expect(cost).toBeGreaterThanOrEqual(before);
    expect(cost).toBeLessThanOrEqual(password.points);
    before = cost;
  }
});
