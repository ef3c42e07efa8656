import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { idFromBytes } from '../../../domain/ids';
import { insertBrand, insertInfluencer, insertProgramme } from '../../../store/postgres/catalogue';
import { insertImport } from '../../../store/postgres/linkImports';
import { inTransaction } from '../../../store/postgres/pool';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { readSharedStack } from '../../support/sharedStack';

/** Programs of their own, as the build made them: only these work rows off, and they die without a word. */
const ROOT = join(__dirname, '../../..');
const PROGRAM = `
  const { createPool } = require('./dist/store/postgres/pool');
  const { createRedis } = require('./dist/store/redis/client');
  const { createLogger } = require('./dist/telemetry/logger');
  const { startImportRunner } = require('./dist/api/links/importRunner');
  const [url, redisUrl] = process.argv.slice(1);
  startImportRunner({
    pool: createPool({ url, applicationName: 'import-runner', max: 3 }),
    redis: createRedis({ url: redisUrl, prefix: 'import:', commandTimeoutMs: 1000 }),
    log: createLogger('import-runner', 'silent'),
    now: Date.now,
  });
  process.stdout.write('ready');
`;

let db: TestDatabase;
let ids: { influencerId: string; programmeId: string };
const children: ChildProcess[] = [];

const newId = (kind: Parameters<typeof idFromBytes>[0]): string =>
  idFromBytes(kind, randomBytes(16));

beforeAll(async () => {
  db = await createTestDatabase();
  const brandId = newId('brand');
  ids = { influencerId: newId('influencer'), programmeId: newId('programme') };
  await insertBrand(db.pool, { id: brandId, name: 'Shop' });
  await insertProgramme(db.pool, {
    id: ids.programmeId,
    brandId,
    name: 'Shop',
    hosts: ['shop.example'],
    clickParam: 'sub1',
    confirmation: 'postback',
    orderSource: null,
    statusMap: {},
  });
  await insertInfluencer(db.pool, {
    id: ids.influencerId,
    ref: 'crash',
    displayName: 'Author',
    iinSealed: randomBytes(40),
    iinIndex: randomBytes(16),
    instrumentToken: 'token',
    instrumentLast4: '1234',
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await db.drop();
});

async function startRunner(): Promise<ChildProcess> {
  const { urls } = readSharedStack();
  const child = spawn(process.execPath, ['-e', PROGRAM, db.postgres, urls.redis], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function count(text: string): Promise<number> {
  const { rows } = await db.owner.query<{ n: number }>(`select count(*)::int as n from ${text}`);
  return rows[0]!.n;
}
const settled = (): Promise<number> => count(`link_import_rows where state <> 'waiting'`);

async function until(what: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 60_000;
  while (!(await what())) {
    if (Date.now() > endMs) throw new Error('waited too long');
    await sleep(5);
  }
}

test('killed in mid-run six times, two at once: every row is done once and nothing is made twice', async () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => ({ url: `https://shop.example/p/${n}` }));
  const { influencerId } = ids;
  await inTransaction(db.pool, (sql) =>
    insertImport(sql, {
      id: newId('linkImport'),
      influencerId,
      sha256: randomBytes(32),
      fileName: '',
      rows,
    }),
  );
  for (let kills = 0; kills < 6; kills += 1) {
    const before = await settled();
    expect(before).toBeLessThan(1_000);
    const pair = await Promise.all([startRunner(), startRunner()]);
    await until(async () => (await settled()) >= before + 40);
    await Promise.all(pair.map(kill));
    // What stands is whole: a link for each row that is done, whenever the process died.
    await until(
      async () => (await count(`pg_stat_activity where application_name = 'import-runner'`)) === 0,
    );
    const done = await count(`link_import_rows where state = 'created'`);
    expect(await count(`links where influencer_id = '${influencerId}'`)).toBe(done);
  }
  await startRunner();
  await until(async () => (await count('link_imports where finished_at is not null')) === 1);
  expect(await count(`link_import_rows where state = 'created'`)).toBe(1_000);
  expect(await count('links')).toBe(1_000);
  expect(await count('(select distinct product_key from links) keys')).toBe(1_000);
  expect(await count(`audit_log where action = 'link.create'`)).toBe(1_000);
});
