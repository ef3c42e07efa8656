import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorMessage } from '../telemetry/failure';
import { startClickhouse } from './engines/clickhouse';
import type { Engine, EngineContext, EngineName } from './engines/engine';
import type { RedisProcess } from '../store/redis/acl';
import { startPostgres, type DatabaseProcess } from './engines/postgres';
import { startRedis } from './engines/redis';
import { startTemporal, type TemporalOptions } from './engines/temporal';
import { acquireLock } from './lock';
import { rotateLogs } from './logTail';
import { startChild, type Child, type ChildSpec } from './process';
import { clearEarlierRun } from './processRecords';
import type { Progress } from './progress';

export type { Engine, EngineName } from './engines/engine';
export type { TemporalOptions } from './engines/temporal';
export { startChild, type Child, type ChildExit, type ChildSpec } from './process';
export { createProgress, silentProgress, type Progress } from './progress';

export type EmbeddedStack = {
  readonly engines: Record<EngineName, Engine>;
  /** Empty strings for engines left out with `only`. */
  readonly urls: {
    /** Owner of the database: migrations, cloning. */
    readonly postgresAdmin: string;
    /** The application's role, with no rights but those migrations grant. */
    readonly postgres: string;
    readonly redis: string;
    readonly clickhouse: string;
    /** host:port */
    readonly temporal: string;
    readonly temporalUi: string;
  };
  /** As each of the platform's processes logs in. */
  readonly logins: Logins;
  /** startChild with this stack's log folder and run records filled in. */
  startChild(spec: Omit<ChildSpec, 'logFile' | 'runDir'>): Promise<Child>;
  /** Stops the embedded engines and lets go of the folder; safe to call twice. */
  stop(): Promise<void>;
};

export type Logins = {
  readonly postgres: Readonly<Record<DatabaseProcess, string>>;
  readonly redis: Readonly<Record<RedisProcess, string>>;
};

export type StackOptions = {
  /** All data, logs and locks are below it. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly only?: readonly EngineName[];
  readonly temporal?: TemporalOptions;
  readonly preferredPorts?: EngineContext['preferredPorts'];
  /** An engine ended by itself: not through stop() or kill(). */
  readonly onExit?: (name: EngineName, detail: string) => void;
};

/** How long an earlier run's guard may take to end its children before they are killed. */
const EARLIER_RUN_GRACE_MS = 25_000;

function left(name: EngineName): Engine {
  const refuse = (): Promise<never> => Promise.reject(new Error(`${name} was not started.`));
  return {
    name,
    url: '',
    embedded: false,
    stop: () => Promise.resolve(),
    start: refuse,
    kill: refuse,
  };
}

type Started = {
  engines: Record<EngineName, Engine>;
  urls: { -readonly [K in keyof EmbeddedStack['urls']]: string };
  logins: { -readonly [K in keyof Logins]: Logins[K] };
};

/** All side by side; when one fails, those that came up are stopped before the error is given on. */
async function startAll(context: EngineContext, options: StackOptions): Promise<Started> {
  const engines = {
    postgres: left('postgres'),
    redis: left('redis'),
    clickhouse: left('clickhouse'),
    temporal: left('temporal'),
  };
  const urls = {
    postgresAdmin: '',
    postgres: '',
    redis: '',
    clickhouse: '',
    temporal: '',
    temporalUi: '',
  };
  const logins: Started['logins'] = {
    postgres: { redirect: '', api: '', worker: '' },
    redis: { redirect: '', drain: '', api: '' },
  };
  const starters: Record<EngineName, () => Promise<void>> = {
    postgres: async () => {
      const started = await startPostgres(context);
      engines.postgres = started.engine;
      urls.postgresAdmin = started.ownerUrl;
      urls.postgres = started.appUrl;
      logins.postgres = started.logins;
    },
    redis: async () => {
      const started = await startRedis(context);
      engines.redis = started.engine;
      urls.redis = engines.redis.url;
      logins.redis = started.logins;
    },
    clickhouse: async () => {
      engines.clickhouse = await startClickhouse(context);
      urls.clickhouse = engines.clickhouse.url;
    },
    temporal: async () => {
      const wanted = options.temporal ?? { namespaces: ['default'], searchAttributes: {} };
      const started = await startTemporal(context, wanted);
      engines.temporal = started.engine;
      urls.temporal = started.address;
      urls.temporalUi = started.uiUrl;
    },
  };
  const names = options.only ?? (['postgres', 'redis', 'clickhouse', 'temporal'] as const);
  const results = await Promise.allSettled(names.map((name) => starters[name]()));
  const failures = results.flatMap((r) =>
    r.status === 'rejected' ? [errorMessage(r.reason)] : [],
  );
  if (failures.length > 0) {
    await Promise.allSettled(Object.values(engines).map((engine) => engine.stop()));
    throw new Error(failures.map((text) => text.replace(/^Error: /, '')).join('\n'));
  }
  const dead = Object.values(engines).filter((e) => e.embedded && e.pid === undefined);
  if (dead.length > 0) {
    await Promise.allSettled(Object.values(engines).map((engine) => engine.stop()));
    const names = dead.map((engine) => engine.name).join(', ');
    throw new Error(`${names} stopped right after starting: see the logs in ${context.logDir}.`);
  }
  return { engines, urls, logins };
}

/** A launcher killed this instant is still listed for a moment: it gets this long to vanish. */
const DYING_HOLDER_MS = 500;

async function lockFolder(dir: string): Promise<() => void> {
  const deadline = performance.now() + DYING_HOLDER_MS;
  for (;;) {
    const lock = acquireLock(join(dir, 'stack.lock'));
    if (lock.taken) return () => lock.release();
    const { pid, since } = lock.holder;
    if (pid === process.pid) {
      throw new Error(`This process has already started the engines in ${dir}.`);
    }
    if (performance.now() > deadline) {
      throw new Error(
        `The engines in ${dir} are already run by process ${pid} (since ${since}): use that one, stop it with Ctrl-C or \`kill ${pid}\`, or take another folder.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Starts the engines; what the environment names (DATABASE_URL …) is used, the rest runs from `dir`. */
export async function startEmbeddedStack(options: StackOptions): Promise<EmbeddedStack> {
  const dir = resolve(options.dir);
  const [logDir, runDir] = [join(dir, 'logs'), join(dir, 'run')];
  mkdirSync(dir, { recursive: true });
  mkdirSync(logDir, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(dir);
  let stopping = false;
  const context: EngineContext = {
    dir,
    logDir,
    runDir,
    env: options.env,
    progress: options.progress,
    preferredPorts: options.preferredPorts ?? {},
    onCrash: (name, detail) => {
      if (!stopping) options.onExit?.(name, detail);
    },
  };
  try {
    const found = await clearEarlierRun(runDir, EARLIER_RUN_GRACE_MS);
    if (found.length > 0) {
      options.progress.note(
        `An earlier run was still ending (${found.join(', ')}); it is gone now.`,
      );
    }
    rotateLogs(logDir);
    const { engines, urls, logins } = await startAll(context, options);
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      stopping = true;
      await Promise.all(Object.values(engines).map((engine) => engine.stop()));
      unlock();
    };
    return {
      engines,
      urls,
      logins,
      startChild: (spec) =>
        startChild({ ...spec, logFile: join(logDir, `${spec.name}.log`), runDir }),
      stop: () => (stopped ??= stop()),
    };
  } catch (thrown) {
    stopping = true;
    unlock();
    throw thrown;
  }
}
