import { randomBytes } from 'node:crypto';

import type { Role } from '../../../domain/access';
import { order, postback, type Answered, type Harness, type World } from '../harness';
import { signedIn } from '../people';

/** Somebody at a desk: calls the API as a signed-in person. */
export type Desk = {
  get(path: string): Promise<Answered>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  patch(path: string, body: unknown): Promise<Answered>;
  delete(path: string): Promise<Answered>;
  /** The text of an answer that is not JSON. */
  text(path: string): Promise<{ status: number; headers: Headers; text: string }>;
  readonly headers: Readonly<Record<string, string>>;
};

export async function deskOf(
  api: Harness,
  role: Role,
  tenantId: string,
  factorAgeMs = 0,
): Promise<Desk> {
  const { headers } = await signedIn(api, role, tenantId, factorAgeMs);
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    extra: Record<string, string> = {},
  ): Promise<Answered> => {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...extra,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return {
    headers,
    get: (path) => call('GET', path),
    post: (path, body, extra) => call('POST', path, body, extra),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
    text: async (path) => {
      const response = await fetch(`${api.url}${path}`, { headers });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
  };
}

/** Postbacks of new orders; their conversion ids. */
export async function ordersOf(
  api: Harness,
  world: World,
  count: number,
  fields: Record<string, unknown> = {},
): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      postback(api, world, order(api, world, { status: 'pending', ...fields })),
    ),
  );
  return answers.map((answer) => String(answer.body['conversion_id']));
}

/** What the workflow would do to a conversion, without one. */
export async function moveTo(api: Harness, ids: readonly string[], state: string): Promise<void> {
  await api.owner.query(
    `update conversions set state = $2, gross_tiyn = sale_tiyn / 10, fee_tiyn = sale_tiyn / 50,
            payable_tiyn = sale_tiyn / 10 - sale_tiyn / 50
      where id = any ($1)`,
    [ids, state],
  );
}

export const idempotency = (): Record<string, string> => ({
  'idempotency-key': randomBytes(12).toString('hex'),
});

/** An object of an answer, as far as a test looks into it. */
export type Row = Readonly<Record<string, unknown>>;

export const items = (answer: Pick<Answered, 'body'>): Row[] => answer.body['items'] as Row[];
/** An object inside an object. */
export const inside = (row: Row, key: string): Row => (row[key] ?? {}) as Row;
export const cursorOf = (answer: Answered): string | null =>
  answer.body['next_cursor'] as string | null;

/** Many orders at once, straight into the table: one every second before now, the value rising with age. */
export async function fillOrders(api: Harness, world: World, count: number): Promise<void> {
  await api.owner.query(
    `insert into conversions (id, programme_id, transaction_id, event, state, influencer_id, link_number, order_status,
                              sale_tiyn, gross_tiyn, fee_tiyn, payable_tiyn, ordered_at, click_id, clicked_at)
     select 'cnv_' || substr(md5($1 || n), 1, 26), $1, 'B-' || n, 'sale',
            (array['HELD', 'PAYABLE', 'PAID', 'CANCELLED'])[1 + n % 4], $2, $3, 'approved',
            n * 1000, n * 100, n * 20, n * 80, now() - make_interval(secs => n), repeat('c', 32), now()
       from generate_series(1, $4::int) n`,
    [world.programmeId, world.influencerId, world.linkNumber, count],
  );
}
