import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../../domain/ids';
import type { Harness, World } from '../harness';
import type { Person } from '../people';

export type Told = { readonly status: number; readonly body: Record<string, unknown> };

/** A call of somebody signed in, as their browser sends it. */
export async function send(
  api: Harness,
  who: Person,
  method: string,
  path: string,
  body?: unknown,
  key?: string,
): Promise<Told> {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...who.headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const newId = (kind: Parameters<typeof idFromBytes>[0]): string =>
  idFromBytes(kind, randomBytes(16));

/** A run with one payout of 800.00, of which 100.00 is tax, as rows only: reading needs no more. */
export async function addRun(
  api: Harness,
  world: World,
  state: 'frozen' | 'approved' | 'done',
  payoutState: string,
): Promise<{ batchId: string; payoutId: string }> {
  const [batchId, payoutId] = [newId('payoutBatch'), newId('payout')];
  await api.owner.query(
    `insert into payout_batches (id, period, state, item_count, total_tiyn, frozen_at, approved_by, approved_at)
     values ($1, $1, $2, 1, 70000, now() - interval '1 hour', $3, case when $3::text is null then null else now() - interval '1 hour' end)`,
    [batchId, state, state === 'frozen' ? null : 'somebody'],
  );
  await api.owner.query(
    `with made as (
       insert into payouts (id, influencer_id, batch_id, state, amount_tiyn, gross_tiyn, fee_tiyn, net_tiyn, tax_tiyn,
                            reference, requested_by, reason_code, updated_at)
       values ($1, $2, $3, $4, 80000, 100000, 20000, 70000, 10000, $1, $2,
               case when $4 = 'unknown' then 'provider_unknown' end, now() - interval '1 hour')
       returning id
     )
     insert into payout_withholdings (payout_id, component, base_tiyn, amount_tiyn) select id, 'demo_flat', 100000, 10000 from made`,
    [payoutId, world.influencerId, batchId, payoutState],
  );
  return { batchId, payoutId };
}
