import { randomBytes } from 'node:crypto';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Pool } from 'pg';

import { formatLedger, readLedger } from '../sandbox/demo/ledgerTable';
import { askForAttention } from '../sandbox/demo/attention';
import { drivePurchase, type PurchaseResult } from '../sandbox/demo/purchase';
import {
  addDemoInfluencer,
  seedDemo,
  type DemoData,
  type DemoInfluencer,
  type SeedOptions,
} from '../sandbox/seed';
import { displayTenge, formatTenge, parseTenge } from '../domain/money';
import { unwrap } from '../domain/result';
import { SEARCH_ATTRIBUTES } from '../workflows/contract';
import { migrateClickhouse } from '../store/clickhouse/migrate';
import { createPool } from '../store/postgres/pool';
import { REDIS_PREFIX } from './engines/redis';
import { errorMessage } from '../telemetry/failure';
import type { LaunchOptions } from './arguments';
import { USAGE } from './arguments';
import { createProgress, startEmbeddedStack, type EmbeddedStack, type Progress } from './embedded';
import { DESK_LOGINS } from './logins';
import { NAMESPACE } from './names';
import { startPlatform, type Platform } from './platform';
import { freePort, returnPort } from './ports';
import { runCommand } from './process';
import { seconds } from './progress';
import { distFile, repoRoot } from './root';
import { demoSeed, loadSecrets, type Secrets } from './secrets';

const SALE = '10000.00';
const HOLD_SECONDS = 3;
const PORTS = { redirect: 8080, api: 8081, sandbox: 8082, worker: 8083 };

/** Runs the platform as asked and returns the exit code. Everything started is stopped on every way out. */
export async function runLauncher(options: LaunchOptions): Promise<number> {
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const launcher = new Launcher(options);
  try {
    await launcher.start();
    const result = options.purchase ? await launcher.purchase() : undefined;
    if (options.once) {
      const line = options.json && result ? await launcher.summary(result) : undefined;
      await launcher.stop();
      if (line !== undefined) process.stdout.write(`${line}\n`);
      return 0;
    }
    if (options.purchase) await launcher.askForAttention();
    launcher.announce();
    return await launcher.untilStopped();
  } finally {
    await launcher.stop();
  }
}

class Launcher {
  private readonly dir = join(repoRoot(), '.gamma');
  private readonly readyFile = join(this.dir, 'ready.json');
  private readonly out: NodeJS.WriteStream;
  private readonly progress: Progress;
  private readonly startedAt = performance.now();
  private stack: EmbeddedStack | undefined;
  private platform: Platform | undefined;
  private pool: Pool | undefined;
  private data: DemoData | undefined;
  private seedOptions: SeedOptions | undefined;
  private ended: (reason: { code: number; say?: string }) => void = () => undefined;
  private readonly end = new Promise<{ code: number; say?: string }>(
    (resolve) => (this.ended = resolve),
  );
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: LaunchOptions) {
    this.out = options.json ? process.stderr : process.stdout;
    this.progress = createProgress(this.out);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.interrupt());
  }

  private say(text: string): void {
    this.out.write(`${text}\n`);
  }

  /** Before the platform is up there is nobody waiting for `end`: stop what runs and leave. */
  private interrupt(): void {
    this.ended({ code: 0, say: 'Stopping …' });
    if (!this.platform || this.options.once) {
      void this.stop().then(() => process.exit(130));
    }
  }

  async start(): Promise<void> {
    const secrets = loadSecrets(join(this.dir, 'secrets.json'));
    rmSync(this.readyFile, { force: true });
    const codecPort = await freePort(PORTS.worker);
    this.stack = await startEmbeddedStack({
      dir: this.dir,
      env: process.env,
      progress: this.progress,
      temporal: {
        namespaces: [NAMESPACE],
        searchAttributes: SEARCH_ATTRIBUTES,
        codecEndpoint: `http://127.0.0.1:${codecPort}`,
      },
      onExit: (name, detail) =>
        this.ended({ code: 1, say: `${name} stopped by itself (${detail}).` }),
    });
    await this.migrate();
    this.pool = createPool({
      url: this.stack.urls.postgres,
      applicationName: 'gamma-launcher',
      max: 2,
    });
    this.data = await this.seed(secrets);
    // Temporal was told this port for its UI; the worker binds it only now.
    returnPort(codecPort);
    this.platform = await startPlatform({
      stack: this.stack,
      target: {
        ...this.stack.urls,
        logins: this.stack.logins,
        redisPrefix: REDIS_PREFIX,
        namespace: NAMESPACE,
      },
      secrets,
      dir: this.dir,
      progress: this.progress,
      ports: { ...PORTS, worker: codecPort },
      ...(this.options.taxBase && { env: { DEMO_TAX_BASE: this.options.taxBase } }),
      onExit: (name, detail) =>
        this.ended({
          code: 1,
          say: `${name} stopped by itself (${detail}); see .gamma/logs/${name}.log.`,
        }),
    });
    this.writeReady();
  }

  private async migrate(): Promise<void> {
    const step = this.progress.step('Schemas of Postgres and ClickHouse');
    const { urls } = this.stack!;
    await runCommand({
      name: 'migrate',
      command: process.execPath,
      args: [distFile('store', 'postgres', 'migrate.js')],
      env: { ...process.env, DATABASE_URL: urls.postgres, DATABASE_ADMIN_URL: urls.postgresAdmin },
      logFile: join(this.dir, 'logs', 'migrate.log'),
      timeoutMs: 60_000,
    });
    // The drain would do it with its first click; whoever reads ready.json may look before that.
    await migrateClickhouse(urls.clickhouse);
    step.done();
  }

  private async seed(secrets: Secrets): Promise<DemoData> {
    const step = this.progress.step('Demo data: a brand, three shops, four influencers');
    this.seedOptions = demoSeed(secrets, HOLD_SECONDS);
    const data = await seedDemo(this.pool!, this.seedOptions);
    step.done();
    return data;
  }

  /**
   * Who is paid. `--once` pays somebody new each time: taxes go by a person's month, and a second payout to
   * the same one carries other roundings than the first.
   */
  private influencerOf(data: DemoData): Promise<DemoInfluencer> | DemoInfluencer {
    const { regime, once } = this.options;
    if (!once) return data.influencers.find((candidate) => candidate.regime === regime)!;
    const person = { ref: `once${randomBytes(6).toString('hex')}`, regime };
    return addDemoInfluencer(this.pool!, this.seedOptions!, data.programmes, person);
  }

  /** Every URL and demo credential, for scripts; readable by its owner only, and gone when the platform is. */
  private writeReady(): void {
    const { urls } = this.stack!;
    const { redirect, api, sandbox, codec } = this.platform!.urls;
    const ready = {
      pid: process.pid,
      redirect,
      api,
      sandbox,
      codec,
      temporal: urls.temporal,
      temporalUi: urls.temporalUi,
      temporalNamespace: NAMESPACE,
      postgres: urls.postgres,
      postgresAdmin: urls.postgresAdmin,
      redis: urls.redis,
      clickhouse: urls.clickhouse,
      processes: Object.fromEntries(
        Object.entries(this.platform!.processes).map(([name, child]) => [name, child.pid]),
      ),
      ...this.data!,
    };
    writeFileSync(this.readyFile, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 });
    chmodSync(this.readyFile, 0o600);
  }

  async purchase(): Promise<PurchaseResult> {
    const influencer = await this.influencerOf(this.data!);
    this.say(`\nOne purchase, from the click to the card (tax regime ${influencer.regime}):`);
    const result = await drivePurchase({
      urls: this.platform!.urls,
      data: this.data!,
      influencer,
      sale: SALE,
      onStep: (step) =>
        this.say(`  ${step.name.padEnd(15)} ${seconds(step.ms).padStart(7)}  ${step.detail}`),
    });
    const shown = Object.entries(result.amounts).map(
      ([name, text]) => `${name} ${displayTenge(unwrap(parseTenge(text)))}`,
    );
    this.say(
      `\n  ${shown.join(' · ')}\n\nThe ledger:\n${formatLedger(await readLedger(this.pool!))}`,
    );
    return result;
  }

  /**
   * Only for people who stay: a run for a script leaves nothing behind but its purchase. The platform is up without it,
   * so a failure is told and no more.
   */
  async askForAttention(): Promise<void> {
    const started = performance.now();
    const asked = askForAttention(this.platform!.urls, this.data!);
    const sent = await asked.catch((failure: unknown) => {
      this.say(`\nThe desks have little to look at: ${errorMessage(failure)}`);
      return undefined;
    });
    if (sent)
      this.say(
        `\nFor brands and operators to look at: ${sent.clicks} clicks with a suspicious burst among them, ` +
          `${sent.reports} reported links (${seconds(performance.now() - started)}).`,
      );
  }

  async summary(result: PurchaseResult): Promise<string> {
    const { transactions, sum } = await readLedger(this.pool!);
    const steps = result.steps.map(({ name, ms }) => ({ name, ms }));
    return JSON.stringify({
      ok: true,
      ...result,
      ledger: { transactions, sum: formatTenge(sum) },
      steps,
    });
  }

  announce(): void {
    const { urls } = this.stack!;
    const { redirect, api, sandbox } = this.platform!.urls;
    const [first] = this.data!.influencers;
    const { logins } = this.data!;
    const lines: [string, string][] = [
      ['Influencer app', `${api}/app/`],
      ['', `phone ${logins.influencers[0]!.phone}, code in ${sandbox}/sms/outbox`],
      ['Brand and ops', `${api}/desk/`],
      ...DESK_LOGINS.map(([name, who]): [string, string] => [
        '',
        `${logins[who].email.padEnd(21)} ${logins[who].password}  npm run totp -- ${name}`,
      ]),
      ['API', `${api}/docs`],
      ['A link to try', `${redirect}/${first!.linkCode}`],
      ['Temporal UI', `${urls.temporalUi}/namespaces/${NAMESPACE}/workflows`],
      ['All log-ins, keys', '.gamma/ready.json'],
    ];
    this.say(`\nUp after ${seconds(performance.now() - this.startedAt)}.`);
    for (const [name, value] of lines) this.say(`  ${name.padEnd(17)} ${value}`);
    this.say('\nCtrl-C stops everything; `npm run reset` clears the data.');
  }

  async untilStopped(): Promise<number> {
    const { code, say } = await this.end;
    if (say) (code === 0 ? this.out : process.stderr).write(`\n${say}\n`);
    return code;
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.stopAll());
  }

  private async stopAll(): Promise<void> {
    rmSync(this.readyFile, { force: true });
    await this.platform?.stop();
    await this.pool?.end();
    await this.stack?.stop();
  }
}
