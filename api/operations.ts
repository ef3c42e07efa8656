import type { Role } from '../domain/access';
import type { Contract } from './contract';
import { ACCOUNT_OPERATIONS } from './accounts/operations';
import { INFLUENCER_OPERATIONS } from './influencer/operations';
import { LIMIT_OPERATIONS } from './limits/operations';
import { LINK_OPERATIONS } from './links/operations';
import { BRAND_OPERATIONS } from './brand/operations';
import { DEBT_OPERATIONS } from './debts/operations';
import { getBalance } from './resources/balance';
import { getConversion } from './resources/conversion';
import { OPS_OPERATIONS } from './ops/operations';
import { getPayout, requestPayout } from './resources/payout';
import { receiveWooppayCallback } from './resources/providerCallback';
import { getReceipt } from './resources/receipt';
import { getHealth, getOpenapi } from './resources/service';
import { ANY_BRAND, ANY_OPS, viewers, type Rule } from './rule';
import { STATISTICS_OPERATIONS } from './statistics/operations';

export type { Rule } from './rule';

/**
 * Who may call what: the one table of operation × role. An operation of openapi.yaml that is not here, or the
 * other way round, fails the build. docs/roles.md shows it.
 */
export const OPERATIONS: Readonly<Record<string, Rule>> = {
  postPostback: { kind: 'signature' },
  getReceipt: viewers([...ANY_BRAND, ...ANY_OPS], 'read', getReceipt),
  getConversion: viewers([...ANY_BRAND, 'influencer', ...ANY_OPS], 'read', getConversion),
  getBalance: viewers(['influencer', ...ANY_OPS], 'read', getBalance),
  requestPayout: {
    ...viewers(['influencer', 'ops_maker'], 'payouts', requestPayout),
    fresh: true,
    idempotent: true,
  },
  getPayout: viewers(['influencer', ...ANY_OPS], 'read', getPayout),
  receiveWooppayCallback: { kind: 'public', handler: receiveWooppayCallback },
  getHealth: { kind: 'public', handler: getHealth },
  getOpenapi: { kind: 'public', handler: getOpenapi },
  ...ACCOUNT_OPERATIONS,
  ...INFLUENCER_OPERATIONS,
  ...LINK_OPERATIONS,
  ...BRAND_OPERATIONS,
  ...OPS_OPERATIONS,
  ...DEBT_OPERATIONS,
  ...LIMIT_OPERATIONS,
  ...STATISTICS_OPERATIONS,
};

/** What a person of this role may call; screens hide the rest. */
export const permissionsOf = (role: Role): string[] =>
  Object.entries(OPERATIONS)
    .filter(([, rule]) => rule.kind === 'viewer' && rule.roles.includes(role))
    .map(([id]) => id);

function wantedSecurity(rule: Rule): string[] {
  if (rule.kind === 'signature') return ['webhookSignature'];
  if (rule.kind === 'public') return [];
  return rule.grant === 'person' ? ['session'] : ['apiKey', 'session'];
}

/** Differences between the table and the document; the build and the process refuse any. */
export function operationGaps(
  contract: Contract,
  table: Readonly<Record<string, Rule>> = OPERATIONS,
): string[] {
  const gaps: string[] = [];
  for (const [id, operation] of contract.operations) {
    const rule = table[id];
    if (!rule) {
      gaps.push(`${id} is in openapi.yaml but has no handler and role`);
      continue;
    }
    const wanted = wantedSecurity(rule);
    if (operation.security.join() !== wanted.join())
      gaps.push(
        `${id}: openapi.yaml asks for [${operation.security.join()}], the table for [${wanted.join()}]`,
      );
    const named = operation.parameters.some((parameter) => parameter.name === 'Idempotency-Key');
    const taken = rule.kind === 'viewer' && rule.idempotent === true;
    if (named !== taken)
      gaps.push(`${id}: Idempotency-Key is ${named ? 'in openapi.yaml' : 'in the table'} only`);
  }
  for (const id of Object.keys(table)) {
    if (!contract.operations.has(id)) gaps.push(`${id} has a handler but is not in openapi.yaml`);
  }
  return gaps;
}
