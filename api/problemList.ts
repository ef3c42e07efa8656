import { ACCESS_PROBLEMS } from './problems/access';
import { ACCOUNT_PROBLEMS } from './problems/accounts';
import { BRAND_PROBLEMS } from './problems/brand';
import { HTTP_PROBLEMS } from './problems/http';
import { INFLUENCER_PROBLEMS } from './problems/influencer';
import { INTAKE_PROBLEMS } from './problems/intake';
import { LINK_PROBLEMS } from './problems/links';
import { OPS_PROBLEMS } from './problems/ops';
import { PAYOUT_PROBLEMS } from './problems/payouts';

/**
 * Every refusal of the API: RFC 9457 problem details with a stable code. The list is closed. The build writes
 * the codes into openapi.yaml and the table of docs/errors.md, so that there is one list and not three.
 */
export const PROBLEMS = {
  ...HTTP_PROBLEMS,
  ...ACCESS_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
  ...INTAKE_PROBLEMS,
  ...BRAND_PROBLEMS,
  ...PAYOUT_PROBLEMS,
  ...INFLUENCER_PROBLEMS,
  ...LINK_PROBLEMS,
  ...OPS_PROBLEMS,
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];
