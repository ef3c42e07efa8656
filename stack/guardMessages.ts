/** What a launcher and its guard say to each other over the IPC pipe. */
export type GuardedCommand = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  /** stdout and stderr are appended here by the child itself, so they outlive launcher and guard. */
  readonly logFile: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: NodeJS.Signals;
  /** Time between stopSignal and SIGKILL. */
  readonly graceMs: number;
  /** Higher numbers are stopped first: what uses an engine goes before the engine. */
  readonly stage: number;
  /** Folder for a record of the running process; see processRecords.ts. */
  readonly runDir?: string;
};

export type ToGuard =
  | { readonly type: 'start'; readonly id: number; readonly command: GuardedCommand }
  | { readonly type: 'stop'; readonly id: number };

export type FromGuard =
  | { readonly type: 'started'; readonly id: number; readonly pid: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: string }
  | {
      readonly type: 'exit';
      readonly id: number;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    };
