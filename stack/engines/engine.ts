import type { Child, ChildExit } from '../process';
import { describeExit } from '../process';
import { freePort, returnPort } from '../ports';
import type { Progress } from '../progress';

export type EngineName = 'postgres' | 'redis' | 'clickhouse' | 'temporal';

export type Engine = {
  readonly name: EngineName;
  /** Connection URL, or host:port for Temporal. */
  readonly url: string;
  /** False when the engine came from the environment: it is then never stopped, started or killed. */
  readonly embedded: boolean;
  /** The engine's own process while it runs. */
  readonly pid?: number;
  stop(): Promise<void>;
  /** Same port, same data. */
  start(): Promise<void>;
  /** SIGKILL for the whole engine; resolves when nothing of it is left. */
  kill(): Promise<void>;
};

/** What every engine is given to start with. */
export type EngineContext = {
  readonly dir: string;
  readonly logDir: string;
  readonly runDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly preferredPorts: Partial<Record<EngineName | 'temporalUi', number>>;
  /** An engine ended without being asked to. */
  readonly onCrash: (name: EngineName, detail: string) => void;
};

/** An engine that lives elsewhere. */
export function externalEngine(name: EngineName, url: string, variable: string): Engine {
  const refuse = (): Promise<never> =>
    Promise.reject(new Error(`${name} comes from ${variable}: it is not ours to start or kill.`));
  return { name, url, embedded: false, stop: () => Promise.resolve(), start: refuse, kill: refuse };
}

class EmbeddedEngine implements Engine {
  readonly embedded = true;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: EngineName,
    readonly url: string,
    private child: Child,
    private readonly launch: () => Promise<Child>,
    private readonly onCrash: EngineContext['onCrash'],
  ) {
    this.watch(child);
  }

  // exactOptionalPropertyTypes is off: undefined means "not running".
  get pid(): number | undefined {
    return this.child.running ? this.child.pid : undefined;
  }

  private watch(child: Child): void {
    child.onExit((exit: ChildExit) => {
      if (!exit.expected) this.onCrash(this.name, describeExit(exit));
    });
  }

  /** stop, start and kill run one after the other, in the order they were asked. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    const run = this.turn.then(task);
    this.turn = run.catch(() => undefined);
    return run;
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.child.stop());
  }

  kill(): Promise<void> {
    return this.inTurn(() => this.child.kill());
  }

  start(): Promise<void> {
    return this.inTurn(async () => {
      if (this.child.running) return;
      this.child = await this.launch();
      this.watch(this.child);
    });
  }
}

const PORT_TRIES = 5;

/**
 * Starts an engine on the preferred port or a later one. Asking for a free port and binding it are two
 * steps, so when the start fails and the port turns out to be taken, the next one is tried.
 */
export async function startOnFreePort(
  preferred: number,
  launch: (port: number) => Promise<Child>,
): Promise<{ child: Child; port: number }> {
  let port = await freePort(preferred);
  for (let left = PORT_TRIES; ; left -= 1) {
    try {
      return { child: await launch(port), port };
    } catch (thrown) {
      returnPort(port);
      const next = await freePort(port);
      if (next === port || left === 1) {
        returnPort(next);
        throw thrown;
      }
      port = next;
    }
  }
}

export function embeddedEngine(
  context: EngineContext,
  name: EngineName,
  url: string,
  child: Child,
  launch: () => Promise<Child>,
): Engine {
  return new EmbeddedEngine(name, url, child, launch, context.onCrash);
}
