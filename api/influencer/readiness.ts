import { readinessSteps } from '../../domain/payouts/readiness';
import type { ApiDeps } from '../handler';
import { payeeOfRequest } from '../payoutQuote';
import { codedProblem, type Coded } from './words';

export type Readiness = {
  readonly ready: boolean;
  readonly steps: readonly {
    readonly step: 'name' | 'iin' | 'tax_status' | 'instrument';
    readonly done: boolean;
    readonly missing: Coded | null;
  }[];
};

/** The checklist of the app, from the table that releases and payouts go by. A name is for people, not for money. */
export async function readinessOf(
  { pool, mode, now, influencers }: Pick<ApiDeps, 'pool' | 'mode' | 'now' | 'influencers'>,
  influencerId: string,
  name: string,
): Promise<Readiness> {
  const { instrumentWaitMs } = influencers;
  const payee = await payeeOfRequest(pool, instrumentWaitMs, influencerId, new Date(now()));
  const steps = payee ? readinessSteps(payee, mode) : [];
  const named = name !== '';
  return {
    ready: steps.every(({ missing }) => missing === null),
    steps: [
      { step: 'name', done: named, missing: named ? null : codedProblem('name_missing') },
      ...steps.map(({ step, missing }) => ({
        step,
        done: missing === null,
        missing: missing && codedProblem(missing),
      })),
    ],
  };
}
