import { openRegimes, taxOptions } from './options';
import { formatTenge } from '../money';

const INPUT = {
  mode: 'test',
  date: '2026-11-23',
  commission: 100_000n,
  platformFeeBps: 2_000,
} as const;

const nets = (input: Parameters<typeof taxOptions>[0]): (string | null)[] =>
  taxOptions(input).options.map(({ example }) => example && formatTenge(example.net));

test('1,000 tenge of commission, as kz-domain.md F4 has it for both bases', () => {
  expect(nets({ ...INPUT, baseMode: 'gross' })).toEqual(['551.00', '760.00', '800.00', '700.00']);
  expect(nets({ ...INPUT, baseMode: 'after_fee' }).slice(0, 3)).toEqual([
    '601.00',
    '768.00',
    '800.00',
  ]);
  expect(taxOptions(INPUT).fee).toBe(20_000n);
});

test('the base deduction is shown where it exists and leaves more', () => {
  const [gph, self] = taxOptions(INPUT).options;
  expect(gph!.withDeduction!.net).toBeGreaterThan(gph!.example!.net);
  expect(self!.withDeduction).toBeNull();
});

test('a date without parameters offers nothing and says why', () => {
  const { options } = taxOptions({ ...INPUT, date: '2027-01-01', mode: 'live' });
  expect(options.map(({ example }) => example)).toEqual([null, null, null]);
  expect(options[0]!.unavailable).toBe('tax_parameter_missing');
});

test('esp is never open, the plan example in test mode only', () => {
  expect(openRegimes('live')).not.toContain('demo_flat_10');
  expect(openRegimes('test')).not.toContain('esp');
});
