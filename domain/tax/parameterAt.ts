import type { Ratio, Rounding, Tiyn } from '../money';
import { err, ok, type Result } from '../result';
import type { ParameterRow } from './parameters';

export type ParameterMissing = {
  readonly code: 'tax_parameter_missing';
  readonly key: string;
  readonly date: string;
};
export type ParameterInvalid = {
  readonly code: 'tax_parameter_invalid';
  readonly key: string;
  readonly value: string;
};

function covers(row: ParameterRow, date: string): boolean {
  return row.validFrom <= date && (row.validTo === null || date < row.validTo);
}

/**
 * The one row in force on a day (`YYYY-MM-DD`, Almaty). No row is an error that names the key: nothing
 * is carried over from another year. Two rows are a broken table and throw.
 */
export function parameterAt(
  rows: readonly ParameterRow[],
  key: string,
  date: string,
): Result<ParameterRow, ParameterMissing> {
  const [found, second] = rows.filter((row) => row.key === key && covers(row, date));
  if (second) throw new Error(`tax parameters overlap: two rows of ${key} on ${date}`);
  return found ? ok(found) : err({ code: 'tax_parameter_missing', key, date });
}

/** Pairs of rows of one key whose intervals share a day, and rows whose interval is empty. */
export function overlappingParameters(rows: readonly ParameterRow[]): string[] {
  const problems: string[] = [];
  rows.forEach((a, i) => {
    if (a.validTo !== null && a.validTo <= a.validFrom) {
      problems.push(`${a.key}: empty interval ${a.validFrom}–${a.validTo}`);
    }
    for (const b of rows.slice(i + 1)) {
      const shared = a.validFrom > b.validFrom ? a.validFrom : b.validFrom;
      if (a.key === b.key && covers(a, shared) && covers(b, shared)) {
        problems.push(`${a.key}: two rows on ${shared}`);
      }
    }
  });
  return problems;
}

/** Stops the calculation at the first missing or malformed parameter; never leaves domain/tax. */
export class ParameterFailure extends Error {
  override readonly name = 'ParameterFailure';
  constructor(readonly failure: ParameterMissing | ParameterInvalid) {
    super(`${failure.code}: ${failure.key}`);
  }
}

export type UsedParameter = Pick<ParameterRow, 'key' | 'value' | 'unit' | 'validFrom' | 'source'>;

/**
 * Reads typed values for one payment date and remembers which rows were used, for the trace. Failures
 * travel as ParameterFailure so a formula of ten parameters stays readable; `reading` turns them back
 * into a Result.
 */
export class ParameterReader {
  readonly #used = new Map<string, UsedParameter>();

  constructor(
    private readonly rows: readonly ParameterRow[],
    private readonly date: string,
  ) {}

  /** The rows read since the last call. */
  takeUsed(): UsedParameter[] {
    const used = [...this.#used.values()];
    this.#used.clear();
    return used;
  }

  ratio(key: string): Ratio {
    const { value } = this.#row(key);
    const match = /^(\d{1,12})(?:\/([1-9]\d{0,11}))?$/.exec(value);
    if (!match) throw new ParameterFailure({ code: 'tax_parameter_invalid', key, value });
    return { num: BigInt(match[1] ?? '0'), den: BigInt(match[2] ?? '1') };
  }

  whole(key: string): bigint {
    const { num, den } = this.ratio(key);
    if (den !== 1n) this.#refuse(key);
    return num;
  }

  word<T extends string>(key: string, allowed: readonly T[]): T {
    const { value } = this.#row(key);
    const word = allowed.find((candidate) => candidate === value);
    return word ?? this.#refuse(key);
  }

  /** A limit told in MRP or MZP, as money of this date. */
  indexed(key: string): Tiyn {
    const { num, den } = this.ratio(key);
    const { unit } = this.#row(key);
    if (unit !== 'mrp' && unit !== 'mzp') return this.#refuse(key);
    const tiyn = num * this.whole(unit) * 100n;
    return tiyn % den === 0n ? tiyn / den : this.#refuse(key);
  }

  rounding(unitKey = 'rounding.unit'): { unit: bigint; mode: Rounding } {
    const unit = this.whole(unitKey);
    if (unit <= 0n) this.#refuse(unitKey);
    const mode = this.word('rounding.mode', ['half_up', 'half_even', 'floor'] as const);
    // Rounding the sum once gives other tiyn (4 % of 12,345.50 is 494, by component 492): one level only.
    this.word('rounding.level', ['component'] as const);
    return { unit, mode };
  }

  #row(key: string): ParameterRow {
    const found = parameterAt(this.rows, key, this.date);
    if (!found.ok) throw new ParameterFailure(found.error);
    const { value, unit, validFrom, source } = found.value;
    this.#used.set(key, { key, value, unit, validFrom, source });
    return found.value;
  }

  #refuse(key: string): never {
    const { value } = this.#row(key);
    throw new ParameterFailure({ code: 'tax_parameter_invalid', key, value });
  }
}
