import { err, ok, type Result } from '../domain/result';

export const DEMO_REGIMES = [
  'demo_flat_10',
  'individual_gph',
  'self_employed',
  'individual_entrepreneur',
] as const;
export type DemoRegime = (typeof DEMO_REGIMES)[number];

export type LaunchOptions = {
  /** Exit after one purchase. */
  readonly once: boolean;
  /** Everything for people goes to stderr; the last line of stdout is one JSON object. */
  readonly json: boolean;
  readonly purchase: boolean;
  readonly regime: DemoRegime;
  readonly taxBase: 'gross' | 'after_fee' | undefined;
  readonly help: boolean;
};

export const USAGE = `Usage: npm start -- [options]
  --once               drive one purchase, stop everything, exit 0
  --json               print the result as one JSON object on the last line (with --once)
  --no-purchase        start with demo data and drive nothing (npm run stack)
  --regime NAME        who is paid: ${DEMO_REGIMES.join(', ')}
  --tax-base MODE      gross or after_fee: what taxes are computed on
  --help               this text`;

/** The plan's example is the default: the rule that gives 1000 → 200 → 100 → 700. */
const DEFAULTS: LaunchOptions = {
  once: false,
  json: false,
  purchase: true,
  regime: 'demo_flat_10',
  taxBase: undefined,
  help: false,
};

export function parseArguments(args: readonly string[]): Result<LaunchOptions, string> {
  let options = DEFAULTS;
  for (let i = 0; i < args.length; i++) {
    const [name = '', inline] = (args[i] ?? '').split('=', 2);
    const value = (): string | undefined => inline ?? args[++i];
    if (name === '--once') options = { ...options, once: true };
    else if (name === '--json') options = { ...options, json: true };
    else if (name === '--no-purchase') options = { ...options, purchase: false };
    else if (name === '--help') options = { ...options, help: true };
    else if (name === '--regime') {
      const given = value();
      const regime = DEMO_REGIMES.find((known) => known === given);
      if (!regime)
        return err(`--regime takes one of ${DEMO_REGIMES.join(', ')}, not "${given ?? ''}".`);
      options = { ...options, regime };
    } else if (name === '--tax-base') {
      const given = value();
      if (given !== 'gross' && given !== 'after_fee')
        return err(`--tax-base takes gross or after_fee, not "${given ?? ''}".`);
      options = { ...options, taxBase: given };
    } else return err(`Unknown option ${name}.`);
  }
  if (options.json && !options.once) return err('--json goes with --once.');
  if (options.once && !options.purchase)
    return err('--once drives a purchase; it does not go with --no-purchase.');
  return ok(options);
}
