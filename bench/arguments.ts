import { err, ok, type Result } from '../domain/result';
import { PARTS, type Part } from './parts';

export type BenchOptions = {
  /** Everything for people goes to stderr; the last line of stdout is one JSON object. */
  readonly json: boolean;
  /** Puts the results into the pages of bench/. */
  readonly write: boolean;
  readonly only: readonly Part['name'][];
  readonly rounds: number;
  readonly clicks: number;
  readonly help: boolean;
};

const NAMES = PARTS.map(({ name }) => name);

export const USAGE = `Usage: npm run bench -- [options]
  --only NAMES   some of ${NAMES.join(', ')} (comma between them)
  --rounds N     1 to 50, default 5 (redirect and postbacks: at least 5)
  --clicks N     millions of clicks that reports are asked over, 1 to 50, default 10
  --json         print the results as one JSON object on the last line
  --write        put the results into bench/README.md and bench/web.md
  --help         this text`;

export function parseArguments(args: readonly string[]): Result<BenchOptions, string> {
  let options: BenchOptions = {
    json: false,
    write: false,
    only: NAMES,
    rounds: 5,
    clicks: 10_000_000,
    help: false,
  };
  for (let i = 0; i < args.length; i += 1) {
    const [name = '', inline] = (args[i] ?? '').split('=', 2);
    const value = (): string => inline ?? args[(i += 1)] ?? '';
    if (name === '--json') options = { ...options, json: true };
    else if (name === '--write') options = { ...options, write: true };
    else if (name === '--help') options = { ...options, help: true };
    else if (name === '--only') {
      const asked = value().split(',');
      const unknown = asked.filter((one) => !NAMES.some((known) => known === one));
      if (unknown.length > 0)
        return err(`--only takes some of ${NAMES.join(', ')}, not "${unknown.join(',')}".`);
      options = { ...options, only: NAMES.filter((known) => asked.includes(known)) };
    } else if (name === '--rounds') {
      const rounds = Number(value());
      if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50)
        return err('--rounds takes a whole number from 1 to 50.');
      options = { ...options, rounds };
    } else if (name === '--clicks') {
      const millions = Number(value());
      if (!Number.isInteger(millions) || millions < 1 || millions > 50)
        return err('--clicks takes a whole number of millions from 1 to 50.');
      options = { ...options, clicks: millions * 1_000_000 };
    } else return err(`Unknown option ${name}.`);
  }
  return ok(options);
}
