import { Redis } from 'ioredis';
import { Client } from 'pg';

import { createTestDatabase, type TestDatabase } from '../support/postgres';
import { readSharedStack } from '../support/sharedStack';

/** 12.7: each process can do its work in the stores and no more, whoever has taken it over. */
const { logins } = readSharedStack();
let db: TestDatabase;
let tables: string[];
beforeAll(async () => {
  db = await createTestDatabase();
  const { rows } = await db.owner.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'schema_migrations' order by 1`,
  );
  tables = rows.map(({ name }) => name);
});
afterAll(() => db.drop());

type Process = keyof typeof logins.postgres;

/** Logged in as the process is: no role to step back from. */
async function as<T>(process: Process, work: (client: Client) => Promise<T>): Promise<T> {
  const url = new URL(logins.postgres[process]);
  url.pathname = new URL(db.postgres).pathname;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const REFUSED = '42501';
const codeOf = (client: Client, sql: string): Promise<string> =>
  client.query(sql).then(
    () => 'done',
    (failure: { code: string }) => failure.code,
  );

/** What a process may do with each table, by trying: S reads all of it, s some columns, I U D write. */
async function mayDo(process: Process): Promise<Record<string, string>> {
  return as(process, async (client) => {
    const found: Record<string, string> = {};
    for (const table of tables) {
      const { rows } = await client.query<{ may: string }>(
        `select case when has_table_privilege($1, 'select') then 'S' when has_any_column_privilege($1, 'select') then 's' else '' end
             || case when has_any_column_privilege($1, 'insert') then 'I' else '' end
             || case when has_any_column_privilege($1, 'update') then 'U' else '' end
             || case when has_table_privilege($1, 'delete') then 'D' else '' end as may`,
        [table],
      );
      const { may } = rows[0]!;
      // The catalogue's word is tried on the table itself.
      expect([table, await codeOf(client, `select * from ${table} limit 0`)]).toEqual([
        table,
        may.startsWith('S') ? 'done' : REFUSED,
      ]);
      expect([table, await codeOf(client, `delete from ${table} where false`)]).toEqual([
        table,
        may.includes('D') ? 'done' : REFUSED,
      ]);
      if (may) found[table] = may;
    }
    return found;
  });
}

test('the redirect reads links, where they lead and whose they are, and writes nothing', async () => {
  expect(await mayDo('redirect')).toEqual({
    catalogue_items: 's',
    influencers: 's',
    links: 'S',
    programmes: 's',
  });
});

test('the worker moves money and reaches no account, secret or link', async () => {
  const may = await mayDo('worker');
  for (const table of [
    ...['api_keys', 'audit_log', 'idempotency_keys', 'invitations', 'recovery_codes'],
    ...['link_imports', 'link_reports', 'links', 'order_decisions', 'outbox_dead_letters'],
    ...['programme_secrets', 'provider_callbacks'],
  ])
    expect([table, may[table]]).toEqual([table, undefined]);
  expect(may).toMatchObject({ users: 's', influencers: 'sU', programme_terms: 'S' });
  expect(may).toMatchObject({ payee_statuses: 'S', platform_switches: 'S', review_flags: 'S' });
});

test('the api sends no payout and lifts no partner’s limit', async () => {
  const may = await mayDo('api');
  expect([may['payout_attempts'], may['request_gates']]).toEqual(['S', undefined]);
});

test('every table is somebody’s: one that roles.sql does not name is closed to all', async () => {
  const open = await Promise.all((['redirect', 'api', 'worker'] as const).map(mayDo));
  expect(tables.filter((table) => !open.some((may) => may[table]))).toEqual([]);
});

test.each([
  ['redirect', 'select password_hash from users'],
  ['redirect', 'select iin_sealed from influencers'],
  ['redirect', `update links set target_url = 'https://evil.example/'`],
  ['redirect', `insert into outbox default values`],
  ['worker', 'select password_hash, totp_sealed from users'],
  ['worker', 'select iin_sealed from influencers'],
  ['worker', `update influencers set instrument_token = 'mine'`],
  ['worker', `update programme_terms set programme_id = programme_id`],
  ['api', `insert into payout_attempts default values`],
] as const)('%s may not: %s', async (process, sql) => {
  expect(await as(process, (client) => codeOf(client, sql))).toBe(REFUSED);
});

test.each(['redirect', 'api', 'worker'] as const)(
  '%s cannot become anybody else, nor make tables, nor read the server’s files',
  async (process) => {
    const codes = await as(process, async (client) => {
      const tried: string[] = [];
      for (const sql of [
        ...['gamma_app', 'gamma_owner', 'postgres'].map((role) => `set role ${role}`),
        ...['redirect', 'api', 'worker']
          .filter((one) => one !== process)
          .map((one) => `set role gamma_${one}`),
        'create table mine (id int)',
        `select pg_read_file('/etc/passwd')`,
        `copy links to program 'cat'`,
      ])
        tried.push(await codeOf(client, sql));
      return tried;
    });
    expect(new Set(codes)).toEqual(new Set([REFUSED]));
  },
);

describe('in Redis', () => {
  /** Each command's error, in one word; 'done' where there is none. */
  async function tryAll(process: keyof typeof logins.redis, commands: readonly string[]) {
    const redis = new Redis(logins.redis[process], { maxRetriesPerRequest: 0 });
    try {
      const said: Record<string, string> = {};
      for (const command of commands) {
        const [name = '', ...args] = command.split(' ');
        said[command] = await redis.call(name, args).then(
          () => 'done',
          (failure: Error) => failure.message.split(' ')[0]!,
        );
      }
      return said;
    } finally {
      redis.disconnect();
    }
  }
  const all = (commands: readonly string[], outcome: string): Record<string, string> =>
    Object.fromEntries(commands.map((command) => [command, outcome]));

  const FORBIDDEN = [
    ...['get gamma:session:x', 'set gamma:session:x {}', 'hset gamma:sessions:u a b'],
    ...['del gamma:limit:x', 'set gamma:code:phone:x 1', 'eval return(1) 0', 'keys *', 'scan 0'],
    ...[
      'config get *',
      'acl list',
      'flushall',
      'client list',
      'monitor',
      'rename gamma:link:a gamma:session:a',
    ],
  ];

  test('the redirect keeps links there and reaches no session, code or limit', async () => {
    const allowed = [
      'set gamma:link:9:short:roles-test 1 EX 1',
      'mget gamma:link:9:short:roles-test',
    ];
    expect(await tryAll('redirect', allowed)).toEqual(all(allowed, 'done'));
    const refused = [
      ...FORBIDDEN,
      'set gamma:click:x 1',
      'mget gamma:link:a gamma:session:x',
      'set other:link:a 1',
    ];
    expect(await tryAll('redirect', refused)).toEqual(all(refused, 'NOPERM'));
  });

  test('the drain tells of clicks and does nothing else', async () => {
    const allowed = ['set gamma:click:roles-test 1 EX 1'];
    expect(await tryAll('drain', allowed)).toEqual(all(allowed, 'done'));
    const refused = [...FORBIDDEN, 'get gamma:click:x', 'set gamma:link:9:short:x 1'];
    expect(await tryAll('drain', refused)).toEqual(all(refused, 'NOPERM'));
  });

  test('the api keeps to the platform’s keys and cannot run the server', async () => {
    const refused = [
      'set other:a 1',
      'config get *',
      'acl list',
      'flushall',
      'keys *',
      'monitor',
      'shutdown nosave',
    ];
    expect(await tryAll('api', refused)).toEqual(all(refused, 'NOPERM'));
  });

  test('nobody is let in without a password', async () => {
    const url = Object.assign(new URL(logins.redis.api), { username: '', password: '' });
    const redis = new Redis(url.href, { lazyConnect: true, retryStrategy: () => null });
    const said: string[] = [];
    redis.on('error', (failure: Error) => said.push(failure.message));
    await expect(redis.connect()).rejects.toThrow();
    expect(said.join()).toMatch(/^NOAUTH/);
    redis.disconnect();
  });
});
