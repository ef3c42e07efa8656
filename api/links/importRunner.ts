import type { Pool } from 'pg';

import { readExpiry } from '../../domain/links/expiry';
import { err, type Result } from '../../domain/result';
import { isTransient } from '../../store/postgres/codes';
import {
  claimWaitingRows,
  finishImports,
  finishRow,
  type ImportInput,
  type WaitingRow,
} from '../../store/postgres/linkImports';
import { insertAudit } from '../../store/postgres/audit';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import type { Redis } from '../../store/redis/client';
import { errorText, type Logger } from '../../telemetry/logger';
import type { Refusal } from '../reply';
import { SUB_NAMES } from '../influencer/linkView';
import { forgetQuietly } from './forgetting';
import { makeLink, type Made } from './making';
import { wantedPlace } from './wanted';

/** Rows of one transaction: the person's own changes wait for no more than these. */
const BATCH_ROWS = 20;
const IDLE_POLL_MS = 500;
const SUB_ID = /^[A-Za-z0-9_.-]{1,64}$/;

export type ImportRunner = {
  /** An upload was stored: look now instead of at the next poll. */
  poke(): void;
  stop(): Promise<void>;
};

export type RunnerOptions = {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly log: Logger;
  readonly now: () => number;
};

/** What a row asks for, made; every refusal is one of the API's problem codes. */
async function makeRow(
  sql: Sql,
  influencerId: string,
  input: ImportInput,
  nowMs: number,
): Promise<Result<Made, Refusal>> {
  const end = readExpiry(input['expires_at'] ?? '');
  if (!end.ok) return err({ problem: end.error });
  if (end.value !== null && end.value <= nowMs) return err({ problem: 'expiry_past' });
  const subs = SUB_NAMES.map((name) => input[name]).filter((value) => value !== undefined);
  if (!subs.every((value) => SUB_ID.test(value))) return err({ problem: 'sub_id_malformed' });
  const wanted = await wantedPlace(sql, input['url'] ?? '');
  if (!wanted.ok) return wanted;
  return makeLink(sql, influencerId, {
    wanted: wanted.value,
    title: input['title'],
    slug: input['slug'],
    expiresAt: end.value === null ? null : new Date(end.value),
  });
}

/** One row that the database cannot take must not keep the others waiting for ever: it is refused, and said so. */
async function tryRow(
  { log, now }: RunnerOptions,
  sql: Sql,
  { influencer_id: influencerId, input }: WaitingRow,
): Promise<Result<Made, Refusal>> {
  await sql.query('savepoint import_row');
  try {
    const made = await makeRow(sql, influencerId, input, now());
    await sql.query('release savepoint import_row');
    return made;
  } catch (thrown) {
    if (isTransient(thrown)) throw thrown;
    await sql.query('rollback to savepoint import_row');
    log.error({ error: errorText(thrown) }, 'a row of an upload failed');
    return err({ problem: 'internal' });
  }
}

async function runRow(
  options: RunnerOptions,
  sql: Sql,
  row: WaitingRow,
): Promise<Made | undefined> {
  const made = await tryRow(options, sql, row);
  await finishRow(sql, row.import_id, row.row, {
    state: made.ok ? (made.value.isNew ? 'created' : 'existing') : 'refused',
    linkId: made.ok ? made.value.id : null,
    problem: made.ok ? null : made.error.problem,
  });
  if (made.ok && made.value.isNew)
    await insertAudit(sql, {
      actorId: row.influencer_id,
      actorRole: 'influencer',
      via: 'system',
      tenantId: row.influencer_id,
      action: 'link.create',
      subjectId: made.value.id,
      after: { importId: row.import_id, row: row.row },
      ipPrefix: '',
      userAgent: '',
      requestId: row.import_id,
    });
  return made.ok && made.value.isNew ? made.value : undefined;
}

/** A batch of rows with their results in one transaction: after a crash they are as if never begun. Rows done. */
async function runBatch(options: RunnerOptions): Promise<number> {
  const made: Made[] = [];
  const done = await inTransaction(options.pool, async (sql) => {
    const rows = await claimWaitingRows(sql, BATCH_ROWS);
    for (const row of rows) {
      const link = await runRow(options, sql, row);
      if (link) made.push(link);
    }
    return rows.length;
  });
  for (const { code } of made) await forgetQuietly(options, 'short', code);
  return done;
}

/** Works off uploads until stopped; any number of processes may, each takes rows that no other holds. */
export function startImportRunner(options: RunnerOptions): ImportRunner {
  let stopped = false;
  let poked = false;
  let wake: () => void = () => undefined;
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      if (poked || stopped) return resolve();
      const timer = setTimeout(resolve, IDLE_POLL_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const round = async (): Promise<number> => {
    const done = await runBatch(options);
    if (done === 0) await finishImports(options.pool);
    return done;
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      poked = false;
      const done = await round().catch((thrown: unknown) => {
        options.log.warn(
          { error: errorText(thrown) },
          'uploads of links: the store does not answer',
        );
        return 0;
      });
      if (done === 0) await idle();
    }
  };
  const running = run();
  return {
    poke: () => {
      poked = true;
      wake();
    },
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
