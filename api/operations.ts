import type { KeyScope } from '../store/postgres/apiKeys';
import type { Contract } from './contract';
import type { Handler, PublicHandler } from './handler';
import { getBalance } from './resources/balance';
import { getConversion } from './resources/conversion';
import { approvePayoutBatch, getPayoutBatch } from './resources/payoutBatch';
import { getPayout, requestPayout } from './resources/payout';
import { getReceipt } from './resources/receipt';
import { getHealth, getOpenapi } from './resources/service';

export type Rule =
  | { readonly kind: 'key'; readonly scopes: readonly KeyScope[]; readonly handler: Handler }
  | { readonly kind: 'public'; readonly handler: PublicHandler }
  /** Served in front of Koa (intake/postbacks.ts); its signature is the authentication. */
  | { readonly kind: 'signature' };

const key = (scopes: readonly KeyScope[], handler: Handler): Rule => ({
  kind: 'key',
  scopes,
  handler,
});

/** Who may call what. An operation of openapi.yaml that is not here, or the other way round, stops the start. */
export const OPERATIONS: Readonly<Record<string, Rule>> = {
  postPostback: { kind: 'signature' },
  getReceipt: key(['brand', 'ops'], getReceipt),
  getConversion: key(['brand', 'influencer', 'ops'], getConversion),
  getBalance: key(['influencer', 'ops'], getBalance),
  requestPayout: key(['influencer', 'ops'], requestPayout),
  getPayout: key(['influencer', 'ops'], getPayout),
  getPayoutBatch: key(['ops'], getPayoutBatch),
  approvePayoutBatch: key(['ops'], approvePayoutBatch),
  getHealth: { kind: 'public', handler: getHealth },
  getOpenapi: { kind: 'public', handler: getOpenapi },
};

const SCHEME = { key: 'apiKey', signature: 'webhookSignature', public: undefined } as const;

/** Differences between the table and the document; the process must not start with any. */
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
    const scheme = SCHEME[rule.kind];
    const wanted = scheme ? [scheme] : [];
    if (operation.security.join() !== wanted.join())
      gaps.push(
        `${id}: openapi.yaml asks for [${operation.security.join()}], the table for ${rule.kind}`,
      );
  }
  for (const id of Object.keys(table)) {
    if (!contract.operations.has(id)) gaps.push(`${id} has a handler but is not in openapi.yaml`);
  }
  return gaps;
}
