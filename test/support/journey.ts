import { randomBytes } from 'node:crypto';

import { call, sendPostback, until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import { actOnOrder, type ConversionAction } from '../../services/actOnOrder';
import { inTransaction } from '../../store/postgres/pool';
import type { TestPlatform } from './platform';

/** Steps of an order's life, driven over HTTP like any client would; each waits for its condition. */

type Json = Record<string, unknown>;

/**
 * A person's word about an order, as the API of operators gives it (who may say it is that API's own test): answers
 * the refusal, or undefined.
 */
export async function act(
  on: TestPlatform,
  conversionId: string,
  action: ConversionAction,
): Promise<string | undefined> {
  const acted = await inTransaction(on.db.pool, (sql) =>
    actOnOrder(sql, {
      conversionId,
      action,
      reason: 'a test of it',
      by: 'ops-checker',
      updateId: randomBytes(12).toString('hex'),
      requestId: 'req-act',
    }),
  );
  return acted.ok ? undefined : acted.error;
}

export const newOrderId = (): string => `t-${randomBytes(6).toString('hex')}`;

export async function click(
  on: TestPlatform,
  code: string,
): Promise<{ clickId: string; location: string }> {
  const response = await fetch(`${on.platform.urls.redirect}/${code}`, {
    redirect: 'manual',
    headers: {
      'user-agent':
        'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
    },
  });
  await response.arrayBuffer();
  const location = response.headers.get('location') ?? '';
  return { clickId: new URL(location).searchParams.get('sub1') ?? '', location };
}

export const shopOf = (on: TestPlatform, shop: string) =>
  on.data.programmes.find((one) => one.shop === shop)!;

export const codeOf = (influencer: DemoInfluencer, programmeId: string): string =>
  influencer.links.find((link) => link.programmeId === programmeId)!.code;

type Shop = ReturnType<typeof shopOf>;

/** Answers the conversion's id. */
export async function postback(on: TestPlatform, shop: Shop, event: Json): Promise<string> {
  const { body } = await sendPostback(on.platform.urls.api, shop.id, shop.webhookSecret, event);
  return body['conversion_id'] as string;
}

/** The fake Wildberries now says that the buyer took the order. */
export const deliver = (on: TestPlatform, orderId: string): Promise<unknown> =>
  call('POST', `${on.platform.urls.sandbox}/control/wildberries/orders`, {
    body: { srid: orderId, nmId: 1, price: '10000.00', status: 'buyout' },
  });

/** An order at a shop that confirms by postback: clicked and told. Answers the conversion's id. */
export async function order(
  on: TestPlatform,
  influencer: DemoInfluencer,
  event: { readonly status: string; readonly sale?: string; readonly orderId?: string },
): Promise<string> {
  const shop = shopOf(on, 'magnum');
  const { clickId } = await click(on, codeOf(influencer, shop.id));
  return postback(on, shop, {
    click_id: clickId,
    transaction_id: event.orderId ?? newOrderId(),
    sale_amount: event.sale ?? '10000.00',
    status: event.status,
  });
}

export const conversion = async (on: TestPlatform, id: string): Promise<Json> =>
  (
    await call('GET', `${on.platform.urls.api}/v1/conversions/${id}`, {
      key: on.data.apiKeys.brand,
    })
  ).body;

export const conversionIs = (
  on: TestPlatform,
  id: string,
  state: string,
  timeoutMs?: number,
): Promise<Json> =>
  until(
    `conversion is ${state}`,
    () => conversion(on, id),
    (body) => body['state'] === state,
    timeoutMs,
  );

export const balance = async (on: TestPlatform, influencer: DemoInfluencer): Promise<Json> =>
  (
    await call('GET', `${on.platform.urls.api}/v1/influencers/${influencer.id}/balance`, {
      key: influencer.apiKey,
    })
  ).body;

export async function requestPayout(
  on: TestPlatform,
  influencer: DemoInfluencer,
): Promise<{ id: string; batchId: string }> {
  const url = `${on.platform.urls.api}/v1/influencers/${influencer.id}/payouts`;
  const { body } = await call('POST', url, { key: influencer.apiKey, body: {} });
  return { id: body['id'] as string, batchId: body['batch_id'] as string };
}

const runUrl = (on: TestPlatform, batchId: string): string =>
  `${on.platform.urls.api}/v1/payout-batches/${batchId}`;

export const payoutRun = async (on: TestPlatform, batchId: string): Promise<Json> =>
  (await call('GET', runUrl(on, batchId), { key: on.data.apiKeys.opsChecker })).body;

export const payoutRunIs = (
  on: TestPlatform,
  batchId: string,
  state: string,
  timeoutMs?: number,
): Promise<Json> =>
  until(
    `payout run is ${state}`,
    () => payoutRun(on, batchId),
    (body) => body['state'] === state,
    timeoutMs,
  );

/** The first person's part, unless somebody did it: closed to newcomers, taxes fixed. Answers the run. */
export async function prepare(on: TestPlatform, batchId: string): Promise<Json> {
  await call('POST', `${runUrl(on, batchId)}/prepare`, {
    key: on.data.apiKeys.opsMaker,
    body: {},
    expect: [200, 409],
  });
  return payoutRun(on, batchId);
}

/** Both people's parts: prepared unless it is, then approved with the total it has. */
export async function approve(on: TestPlatform, batchId: string): Promise<Json> {
  const { total } = await prepare(on, batchId);
  const given = await call('POST', `${runUrl(on, batchId)}/approve`, {
    key: on.data.apiKeys.opsChecker,
    body: { expected_total: total },
    expect: [200, 409],
  });
  if (given.status === 200) return given.body;
  // At midnight in Almaty a run is taxed anew and looked at once more; nothing else is tried again.
  if (given.body['code'] !== 'payment_date_passed')
    throw new Error(`the approval was answered ${JSON.stringify(given.body)}`);
  await payoutRunIs(on, batchId, 'frozen');
  return approve(on, batchId);
}

/** For when the worker may be dead: answers the status of whichever part did not succeed, or 200. */
export async function tryApprove(on: TestPlatform, batchId: string): Promise<number> {
  const prepared = await call('POST', `${runUrl(on, batchId)}/prepare`, {
    key: on.data.apiKeys.opsMaker,
    body: {},
    expect: [200, 503],
  });
  const run = await payoutRun(on, batchId);
  if (prepared.status !== 200 && run['state'] !== 'frozen') return prepared.status;
  const approved = await call('POST', `${runUrl(on, batchId)}/approve`, {
    key: on.data.apiKeys.opsChecker,
    body: { expected_total: run['total'] },
    expect: [200, 409, 503],
  });
  return approved.status;
}

export const payout = async (
  on: TestPlatform,
  influencer: DemoInfluencer,
  id: string,
): Promise<Json> =>
  (await call('GET', `${on.platform.urls.api}/v1/payouts/${id}`, { key: influencer.apiKey })).body;

export const payoutIs = (
  on: TestPlatform,
  influencer: DemoInfluencer,
  id: string,
  state: string,
  timeoutMs?: number,
): Promise<Json> =>
  until(
    `payout is ${state}`,
    () => payout(on, influencer, id),
    (body) => body['state'] === state,
    timeoutMs,
  );

export const turnDial = (on: TestPlatform, dial: Json): Promise<unknown> =>
  call('POST', `${on.platform.urls.sandbox}/control/wooppay/dial`, { body: dial });

/** The time of the sandbox's partners from now on, before or after ours. */
export const partnersClock = (on: TestPlatform, offsetMs: number): Promise<unknown> =>
  call('PUT', `${on.platform.urls.sandbox}/control/clock`, { body: { offset_ms: offsetMs } });

export const stopPayouts = (on: TestPlatform, isOn: boolean): Promise<unknown> =>
  on.db.owner.query(
    `update platform_switches set is_on = $1, changed_by = 'test' where name = 'payouts_stopped'`,
    [isOn],
  );

/** What the platform's account at the provider holds from now on. */
export const providerBalance = (on: TestPlatform, amount: string): Promise<unknown> =>
  call('POST', `${on.platform.urls.sandbox}/control/wooppay/balance`, { body: { amount } });

export type BookEntry = { reference: string; amount: string; state: string; submits: number };

export async function providerBook(on: TestPlatform): Promise<BookEntry[]> {
  const { body } = await call('GET', `${on.platform.urls.sandbox}/control/wooppay/book`);
  return body['payouts'] as BookEntry[];
}

/** Sum of all ledger entries and whether every balance equals its entries. */
export async function booksAreRight(
  on: TestPlatform,
): Promise<{ sum: bigint; wrong: number; pending: bigint }> {
  const { rows } = await on.db.pool.query<{ sum: bigint; wrong: number; pending: bigint }>(
    `select (select coalesce(sum(amount), 0) from ledger_entries)::bigint as sum,
            (select count(*) from ledger_balances b
              where b.posted <> (select coalesce(sum(e.amount), 0) from ledger_entries e
                                  where e.account_id = b.account_id and e.layer = 'posted'))::int as wrong,
            (select coalesce(sum(pending_in + pending_out), 0) from ledger_balances)::bigint as pending`,
  );
  return rows[0]!;
}

/**
 * What the posted entries of an order or a payout sum to, tiyn, by account; accounts of a brand or a person by their
 * class alone.
 */
export async function postedOf(
  on: TestPlatform,
  subjectId: string,
): Promise<Record<string, bigint>> {
  const { rows } = await on.db.pool.query<{ account: string; amount: bigint }>(
    `select case when a.class in ('advertiser', 'payee', 'debt') then a.class else a.code end as account,
            sum(e.amount)::bigint as amount
       from ledger_transactions t join ledger_entries e on e.tx_seq = t.seq and e.layer = 'posted'
       join ledger_accounts a on a.id = e.account_id
      where t.subject_id = $1 group by 1 having sum(e.amount) <> 0`,
    [subjectId],
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}
