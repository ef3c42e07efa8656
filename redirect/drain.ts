import { errorText, type Logger } from '../telemetry/logger';
import type { Cursor } from './cursor';
import type { SegmentFile, SegmentReader } from './segmentReader';
import { Shipper } from './shipper';
import type { Sink } from './sinks';

export type DrainOptions = {
  readonly reader: SegmentReader;
  readonly sinks: readonly {
    readonly sink: Sink;
    readonly cursor: Cursor;
    readonly lingerMs: number;
    /** Where a sink gains nothing by batches as large as the others'. */
    readonly batchRows?: number;
  }[];
  readonly logger: Logger;
  readonly batchRows: number;
  readonly pollMs: number;
  readonly keepSegmentsMs: number;
  /** Asked before each round; a drain that lost its folder to another must stop. */
  readonly mayShip: () => boolean;
};

const PROGRESS_EVERY_MS = 5_000;
const LARGE_BACKLOG_BYTES = 16 << 20;
const CLEAN_EVERY_MS = 1_000;
/** A full disk does not pass sooner, and each try is a line in the log. */
const AFTER_FAILURE_MS = 1_000;

/** Follows the click log for every sink at once, and removes segments that all of them have. */
export class Drain {
  private stopping = false;
  private readonly sleepers = new Set<() => void>();
  private readonly shippers: readonly Shipper[];
  /** Both on the monotonic clock. */
  private nextCleanAtMs = 0;
  private nextProgressAtMs = 0;

  constructor(private readonly options: DrainOptions) {
    this.shippers = options.sinks.map((own) => new Shipper({ ...options, ...own }));
  }

  /** Until stop(): each sink at its own pace. */
  async run(): Promise<void> {
    await this.forgetRemoved();
    await Promise.all([...this.shippers.map((shipper) => this.follow(shipper)), this.housekeep()]);
  }

  /** A crash between removing a segment and forgetting it leaves its cursor. Only before anything is shipped. */
  private async forgetRemoved(): Promise<void> {
    const present = new Set((await this.options.reader.list()).map((segment) => segment.id));
    for (const { cursor } of this.options.sinks) {
      cursor.forget(cursor.segments().filter((segment) => !present.has(segment)));
    }
  }

  /** What is whole in the log now is sent without lingering, once; then run() ends. */
  stop(): void {
    this.stopping = true;
    for (const wake of this.sleepers) wake();
  }

  private async follow(shipper: Shipper): Promise<void> {
    for (;;) {
      const last = this.stopping;
      let more = false;
      try {
        if (this.options.mayShip())
          more = await shipper.round(await this.options.reader.list(), last);
      } catch (thrown) {
        this.options.logger.error(
          { error: errorText(thrown) },
          'the click log cannot be read or its cursor not written: trying again',
        );
        if (!last) await this.pause(AFTER_FAILURE_MS);
      }
      if (last) return;
      if (!more) await this.pause(this.options.pollMs);
    }
  }

  private async housekeep(): Promise<void> {
    while (!this.stopping) {
      const nowMs = performance.now();
      try {
        const segments = await this.options.reader.list();
        if (nowMs >= this.nextCleanAtMs) {
          this.nextCleanAtMs = nowMs + CLEAN_EVERY_MS;
          await this.clean(segments, Date.now());
        }
        if (nowMs >= this.nextProgressAtMs) {
          this.nextProgressAtMs = nowMs + PROGRESS_EVERY_MS;
          await this.reportBacklog(segments);
        }
      } catch (thrown) {
        // A segment may be renamed or removed under any of this; the next round sees it as it is.
        this.options.logger.debug({ error: errorText(thrown) }, 'housekeeping');
      }
      await this.pause(this.options.pollMs);
    }
  }

  /** The file goes first and the cursors after it: the other way round a crash would ship it again. */
  private async clean(segments: readonly SegmentFile[], nowMs: number): Promise<void> {
    const { reader, keepSegmentsMs, sinks } = this.options;
    for (const segment of segments) {
      // One from the future was begun before the clock stepped back: its age is not known, only that it is not negative.
      if (Math.max(0, nowMs - segment.startedAtMs) < keepSegmentsMs) continue;
      const done = await Promise.all(this.shippers.map((shipper) => shipper.isDone(segment)));
      if (!done.every(Boolean)) continue;
      await reader.remove(segment.id);
      for (const { cursor } of sinks) cursor.forget([segment.id]);
      for (const shipper of this.shippers) shipper.forget(segment.id);
    }
  }

  private async reportBacklog(segments: readonly SegmentFile[]): Promise<void> {
    for (const [at, shipper] of this.shippers.entries()) {
      const bytes = await shipper.backlog(segments);
      if (bytes < LARGE_BACKLOG_BYTES) continue;
      const provider = this.options.sinks[at]?.sink.name;
      this.options.logger.info({ provider, bytes, count: segments.length }, 'clicks to ship');
    }
  }

  private pause(ms: number): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }
}
