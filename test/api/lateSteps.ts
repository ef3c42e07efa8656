import { randomBytes } from 'node:crypto';

import { advanceConversion } from '../../activities/conversions/advance';
import type { ConversionDeps } from '../../activities/conversions/deps';
import type { Tiyn } from '../../domain/money';
import { order, postback, type Harness, type World } from './harness';
import { conversionDeps, withRegime, withTerms } from './influencer/money';

let orders = 0;

/** The steps of an order's life on real Postgres, as its workflow takes them. */

export function lateSteps(api: () => Harness) {
  async function world(holdSeconds = 0): Promise<World> {
    const made = await api().world();
    await withTerms(api(), made, holdSeconds);
    await withRegime(api(), made, 'individual_entrepreneur');
    return made;
  }

  const orderId = (): string => `late-${(orders += 1)}-${randomBytes(3).toString('hex')}`;

  async function tell(on: World, fields: Record<string, unknown>): Promise<string> {
    const answer = await postback(api(), on, order(api(), on, fields));
    expect(answer.status).toBe(200);
    return answer.body['conversion_id'] as string;
  }

  const look = (id: string, deps: Partial<ConversionDeps> = {}) =>
    advanceConversion({ ...conversionDeps(api()), ...deps }, { conversionId: id });

  type Books = { available: Tiyn; held: Tiyn; debt: Tiyn; fee: Tiyn };

  async function books(on: World): Promise<Books & { brand: Tiyn }> {
    const { rows } = await api().owner.query<Books & { brand: Tiyn }>(
      `select coalesce(sum(b.posted - b.pending_out) filter (where a.code = 'payee:' || $1::text), 0)::bigint as available,
            coalesce(sum(b.pending_in) filter (where a.code = 'payee:' || $1::text), 0)::bigint as held,
            coalesce(-sum(b.posted) filter (where a.code = 'debt:' || $1::text), 0)::bigint as debt,
            coalesce(-sum(b.posted) filter (where a.code = 'advertiser:' || $2::text), 0)::bigint as brand,
            0::bigint as fee
       from ledger_accounts a join ledger_balances b on b.account_id = a.id`,
      [on.influencerId, on.brandId],
    );
    return rows[0]!;
  }

  /** As if a payout of all that is available had landed: taken from the lots and from the ledger. */
  async function paidOut(on: World): Promise<void> {
    const { ledger } = conversionDeps(api());
    const { available } = await books(on);
    await ledger.postWith(
      [
        {
          id: `pay_${randomBytes(6).toString('hex')}:post`,
          kind: 'single',
          reason: 'payout.post',
          subjectId: 'pay_test',
          entries: [
            { account: { code: `payee:${on.influencerId}`, class: 'payee' }, amount: -available },
            { account: { code: 'provider:test', class: 'provider' }, amount: available },
          ],
        },
      ],
      async (sql) => {
        await sql.query(
          `update payable_lots set consumed_tiyn = payable_tiyn, consumed_gross_tiyn = gross_tiyn where influencer_id = $1`,
          [on.influencerId],
        );
      },
    );
  }

  return { world, orderId, tell, look, books, paidOut };
}
