import { reason } from '../../domain/conversions/reasons';
import { formatTenge } from '../../domain/money';
import { payoutReason } from '../../domain/payouts/reasons';
import { COMPONENT_NAMES } from '../../domain/tax/names';
import type { WithheldLine } from '../../domain/tax/withhold';
import { PROBLEMS, type ProblemCode } from '../problem';

/** Pieces that several answers share. */

export type Coded = {
  readonly code: string;
  readonly ru: string;
  readonly kk: string;
  readonly en: string;
};

export const why = (code: string | null): Coded | null => (code === null ? null : reason(code));

export const payoutWhy = (code: string | null): Coded | null =>
  code === null ? null : payoutReason(code);

/** A refusal before it happens, in the words of the refusal itself. */
export function codedProblem(code: ProblemCode): Coded {
  const { ru, kk, en } = PROBLEMS[code];
  return { code, ru, kk, en };
}

export const taxLine = (line: WithheldLine): unknown => ({
  component: line.component,
  name: COMPONENT_NAMES[line.component],
  rate: line.rate,
  base: formatTenge(line.base),
  amount: formatTenge(line.amount),
});

export const programme = (id: string, name: string): unknown => ({ id, name });
