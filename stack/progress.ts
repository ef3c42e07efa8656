/** One step of a long start. Exactly one of `done` and `fail` ends it. */
export type Step = {
  /** What is happening now; shown while the step runs. */
  update(detail: string): void;
  done(detail?: string): void;
  fail(detail: string): void;
};
export type Progress = {
  step(title: string): Step;
  note(line: string): void;
};
type Out = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

export const seconds = (ms: number): string =>
  ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;

const TTY_EVERY_MS = 250;
const PLAIN_EVERY_MS = 5_000;

/** Says nothing: for tests and for scripts that want only their own output. */
export const silentProgress: Progress = {
  step: () => ({ update: () => undefined, done: () => undefined, fail: () => undefined }),
  note: () => undefined,
};

type Running = { title: string; detail: string; startedAt: number; saidAt: number };

/**
 * One line per finished step with the time it took. Steps may overlap. On a terminal the bottom line
 * shows what runs now; elsewhere a step that takes long says every few seconds that it is alive.
 */
export function createProgress(out: Out = process.stdout): Progress {
  const tty = out.isTTY === true;
  const running = new Set<Running>();
  let timer: NodeJS.Timeout | undefined;

  const clearLine = (): void => void (tty && out.write('\r\x1b[2K'));
  const line = (step: Running): string => {
    const time = seconds(performance.now() - step.startedAt);
    return `${step.title} … ${time}${step.detail ? ` (${step.detail})` : ''}`;
  };
  const tick = (): void => {
    const now = performance.now();
    if (tty) {
      const text = [...running].map(line).join(' · ');
      clearLine();
      out.write(text.slice(0, Math.max(20, (out.columns ?? 80) - 1)));
      return;
    }
    for (const step of running) {
      if (now - step.saidAt < PLAIN_EVERY_MS) continue;
      step.saidAt = now;
      out.write(`  … ${line(step)}\n`);
    }
  };
  const print = (text: string): void => {
    clearLine();
    out.write(`${text}\n`);
    if (tty && running.size > 0) tick();
  };
  const finish = (step: Running, mark: string, detail: string | undefined): void => {
    if (!running.delete(step)) return;
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    const time = seconds(performance.now() - step.startedAt).padStart(9);
    print(`${mark} ${time}  ${step.title}${detail ? ` · ${detail}` : ''}`);
  };
  return {
    note: print,
    step: (title) => {
      const now = performance.now();
      const step: Running = { title, detail: '', startedAt: now, saidAt: now };
      running.add(step);
      timer ??= setInterval(tick, tty ? TTY_EVERY_MS : 1_000).unref();
      return {
        update: (detail) => void (step.detail = detail),
        done: (detail) => finish(step, '✓', detail),
        fail: (detail) => finish(step, '✗', detail),
      };
    },
  };
}
