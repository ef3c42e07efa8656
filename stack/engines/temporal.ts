import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { errorMessage } from '../../telemetry/failure';
import { freePort, returnPort } from '../ports';
import { startChild, type Child } from '../process';
import { findTemporal } from '../toolCache';
import { embeddedEngine, externalEngine, startOnFreePort } from './engine';
import type { Engine, EngineContext } from './engine';

const DEFAULT_PORT = 17_233;
const DEFAULT_UI_PORT = 18_233;
const HEALTHY_TIMEOUT_MS = 60_000;

export type TemporalOptions = {
  readonly namespaces: readonly string[];
  /** Name → Keyword, KeywordList, Text, Int, Double, Bool or Datetime, in every namespace. */
  readonly searchAttributes: Readonly<Record<string, string>>;
  readonly codecEndpoint?: string;
};
export type TemporalEngine = { engine: Engine; address: string; uiUrl: string };

/** What is still missing for work to start; empty when all is usable. Throws when nobody answers. */
async function missing(address: string, options: TemporalOptions): Promise<string[]> {
  const connection = await Connection.connect({ address, connectTimeout: 3_000 });
  const found: string[] = [];
  try {
    await connection.withDeadline(Date.now() + 5_000, async () => {
      await connection.healthService.check({
        service: 'temporal.api.workflowservice.v1.WorkflowService',
      });
      for (const namespace of options.namespaces) {
        try {
          // Listing goes through the namespace cache and the visibility store, as real work does.
          await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
          const { customAttributes } = await connection.operatorService.listSearchAttributes({
            namespace,
          });
          for (const name of Object.keys(options.searchAttributes)) {
            if (!(name in (customAttributes ?? {}))) found.push(`${namespace}: ${name}`);
          }
        } catch (thrown) {
          found.push(`namespace ${namespace} (${errorMessage(thrown)})`);
        }
      }
    });
  } finally {
    await connection.close();
  }
  return found;
}

async function untilUsable(address: string, options: TemporalOptions, child: Child): Promise<void> {
  const deadline = performance.now() + HEALTHY_TIMEOUT_MS;
  for (let last = 'no answer'; ;) {
    try {
      const lacking = await missing(address, options);
      // An older server on this port would answer as well: only ours, alive, counts.
      if (lacking.length === 0 && child.running) return;
      last = lacking.join(', ');
    } catch (thrown) {
      last = errorMessage(thrown);
    }
    if (!child.running || performance.now() > deadline) {
      await child.stop();
      throw new Error(`Temporal started but was not usable: ${last}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function launch(
  context: EngineContext,
  binary: string,
  options: TemporalOptions,
  ports: { port: number; uiPort: number },
): Promise<Child> {
  const dir = join(context.dir, 'temporal');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Newer and older CLIs choose these two differently; given here they clash with nothing.
  const [httpPort, metricsPort] = [await freePort(0), await freePort(0)];
  const args = ['server', 'start-dev', '--db-filename', join(dir, 'temporal.db')];
  args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  args.push('--ip', '127.0.0.1', '--port', String(ports.port), '--ui-port', String(ports.uiPort));
  args.push('--http-port', String(httpPort), '--metrics-port', String(metricsPort));
  args.push('--log-level', 'warn', '--log-format', 'json');
  for (const namespace of options.namespaces) args.push('--namespace', namespace);
  for (const [name, type] of Object.entries(options.searchAttributes)) {
    args.push('--search-attribute', `${name}=${type}`);
  }
  if (options.codecEndpoint) args.push('--ui-codec-endpoint', options.codecEndpoint);
  const banner = new RegExp(`^(Temporal )?server\\b.*:${ports.port}\\b`, 'i');
  const child = await startChild({
    name: 'temporal',
    command: binary,
    args,
    env: context.env,
    logFile: join(context.logDir, 'temporal.log'),
    // The banner comes when the server has bound its ports.
    ready: (line) => banner.test(line),
    timeoutMs: HEALTHY_TIMEOUT_MS,
    graceMs: 10_000,
    stage: 0,
    runDir: context.runDir,
  });
  child.onExit(() => [httpPort, metricsPort].forEach(returnPort));
  await untilUsable(`127.0.0.1:${ports.port}`, options, child);
  return child;
}

async function external(address: string, env: NodeJS.ProcessEnv, options: TemporalOptions) {
  const lacking = await missing(address, options).catch((thrown: unknown) => {
    throw new Error(
      `Temporal at TEMPORAL_ADDRESS (${address}) does not answer: ${errorMessage(thrown)}. Start it or unset TEMPORAL_ADDRESS.`,
    );
  });
  if (lacking.length > 0) {
    throw new Error(
      `Temporal at TEMPORAL_ADDRESS lacks ${lacking.join(', ')}: make them with \`temporal operator namespace create\` and \`temporal operator search-attribute create\`.`,
    );
  }
  const engine = externalEngine('temporal', address, 'TEMPORAL_ADDRESS');
  return { engine, address, uiUrl: env['TEMPORAL_UI_URL'] ?? '' };
}

async function embedded(
  context: EngineContext,
  binary: string,
  options: TemporalOptions,
): Promise<TemporalEngine> {
  let uiPort = await freePort(context.preferredPorts.temporalUi ?? DEFAULT_UI_PORT);
  const { child, port } = await startOnFreePort(
    context.preferredPorts.temporal ?? DEFAULT_PORT,
    async (free) => {
      try {
        return await launch(context, binary, options, { port: free, uiPort });
      } catch {
        // Somebody may have taken the UI's port, or one of those that the server picks for its own services: once more.
        returnPort(uiPort);
        uiPort = await freePort(uiPort);
        return launch(context, binary, options, { port: free, uiPort });
      }
    },
  );
  const address = `127.0.0.1:${port}`;
  const relaunch = (): Promise<Child> => launch(context, binary, options, { port, uiPort });
  const engine = embeddedEngine(context, 'temporal', address, child, relaunch);
  return { engine, address, uiUrl: `http://127.0.0.1:${uiPort}` };
}

/** TEMPORAL_ADDRESS (TEMPORAL_UI_URL for the links); else the Temporal CLI, see findTemporal. */
export async function startTemporal(
  context: EngineContext,
  options: TemporalOptions,
): Promise<TemporalEngine> {
  const step = context.progress.step('Temporal');
  try {
    const given = context.env['TEMPORAL_ADDRESS'];
    if (given) {
      const result = await external(given, context.env, options);
      step.done('from TEMPORAL_ADDRESS');
      return result;
    }
    const binary = await findTemporal(context.env, context.logDir, step);
    step.update('starting');
    const result = await embedded(context, binary, options);
    step.done(`${result.address}, UI ${result.uiUrl}`);
    return result;
  } catch (thrown) {
    step.fail('did not start');
    throw thrown;
  }
}
