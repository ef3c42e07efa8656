import { createClickhouse, type ClickHouseClient } from '../../store/clickhouse/client';
import { readClickStoreOptions } from '../../store/clickhouse/options';
import { createDatabase, readMigrations } from '../../store/clickhouse/schema';
import type { EmbeddedStack } from '../../stack/embedded';
import { removeFolder, startIn, tempFolder } from '../stack/folders';
import { CLICK_DEFAULTS, type ClickRow } from '../support/clickRow';

export const DEFAULTS = readClickStoreOptions({});
export type Store = { readonly url: string; readonly client: ClickHouseClient };

/** An engine for the tests of one file, and as many click stores in it as they ask for. */
export function clickStores() {
  const dir = tempFolder();
  let stack: EmbeddedStack;
  let databases = 0;
  const open: ClickHouseClient[] = [];

  beforeAll(async () => {
    stack = await startIn(dir, { only: ['clickhouse'] });
  });
  afterAll(async () => {
    for (const client of open) await client.close();
    await stack?.stop();
    removeFolder(dir);
  });

  /** Without `database`: of the server, in its own default. */
  const newClient = (database = ''): Store => {
    const url = new URL(stack.urls.clickhouse);
    if (database !== '') url.pathname = `/${database}`;
    const client = createClickhouse({
      url: url.href,
      applicationName: 'test',
      requestTimeoutMs: 20_000,
    });
    open.push(client);
    return { url: url.href, client };
  };
  const newStore = (): Store => newClient(`schema_${(databases += 1)}`);

  /** As the first `files` migrations left it. */
  const createOldStore = async (files = 1): Promise<Store> => {
    const store = newStore();
    const database = new URL(store.url).pathname.slice(1);
    await newClient().client.command({ query: createDatabase(database, DEFAULTS) });
    for (const { statements } of readMigrations(DEFAULTS).slice(0, files))
      for (const statement of statements) await store.client.command({ query: statement });
    return store;
  };
  return { newClient, newStore, createOldStore };
}

export async function rows<T>({ client }: Store, query: string): Promise<T[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<T>();
}

let made = 0;
export const oldRow = (fields: Partial<ClickRow> = {}): ClickRow => ({
  ...CLICK_DEFAULTS,
  ts: (Date.now() / 1000).toFixed(3),
  click_id: String((made += 1)).padStart(32, '0'),
  link_number: 7,
  programme_id: 'prg_1',
  influencer_id: 'inf_1',
  target_url: 'https://shop.example/p',
  ip_hash: '42',
  ...fields,
});
export const newRow = (fields: Partial<ClickRow> = {}): ClickRow =>
  oldRow({ product_key: 'wb:1', unique: 1, device: 'phone', app: 'instagram', ...fields });

export const SUMS = `select toUInt32(sum(clicks)) as clicks, toUInt32(sum(billable)) as billable,
  toUInt32(sum(\`unique\`)) as "unique" from`;
export const RAW = '(select 1 as clicks, billable, `unique` from clicks)';
