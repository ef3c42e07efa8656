import * as fs from 'node:fs';
import { join } from 'node:path';

import { errorText, type Logger } from '../telemetry/logger';
import type { ClickLogConfig } from './config';
import { newSegmentId } from './segments';

/** Told once whether the rows handed to `append` are stored; only then may their 302s go out. */
export type Stored = (stored: boolean) => void;

export type ClickLogStats = {
  readonly state: 'ok' | 'failing';
  readonly rowsWritten: number;
  readonly rowsRefused: number;
  readonly segment: string;
  readonly segmentBytes: number;
};

export type ClickLog = {
  /** Appends whole lines of ASCII with one write(). `stored` is called at once, or after fdatasync in mode `before`. */
  append(lines: string, rows: number, stored: Stored): void;
  stats(): ClickLogStats;
  /** Waits for the disk and finishes the segment. */
  close(): Promise<void>;
};

type Segment = {
  readonly id: string;
  readonly fd: number;
  readonly openedAtMs: number;
  /** Of the monotonic clock, which stands still while a machine sleeps and never steps. */
  readonly openedAtUptimeMs: number;
};
type Waiting = { readonly lines: string; readonly rows: number; readonly stored: Stored };

const SYNC_DELAY_MS = 5;
/** How often free space is looked at: at full speed some 10 MB are written in between. */
const ROOM_CHECK_MS = 250;
/** After a failed write, until the next try: a full disk must not cost a file an attempt. */
const RETRY_DELAY_MS = 250;

class SegmentedClickLog implements ClickLog {
  private segment: Segment | undefined;
  private segmentBytes = 0;
  private scratch = Buffer.allocUnsafe(1 << 20);
  private rowsWritten = 0;
  private rowsRefused = 0;
  private retryAtMs = 0;
  private failing = false;
  private nextRoomCheckMs = 0;

  /** Mode `behind`: written but not yet known to be on the disk. */
  private dirty = false;
  private syncTimer: NodeJS.Timeout | undefined;
  private syncing = false;
  /** The folder entry of a new segment is not on the disk until the folder is synced too. */
  private folderDirty = false;

  /** Mode `before`: rows that came while the disk was busy with the last ones. */
  private waiting: Waiting[] = [];
  private readonly finishing = new Set<Promise<void>>();
  private readonly ageTimer: NodeJS.Timeout;

  constructor(
    private readonly config: ClickLogConfig,
    private readonly logger: Logger,
  ) {
    this.ageTimer = setInterval(() => {
      if (this.segment && this.isOld(this.segment)) this.finish();
    }, 1_000).unref();
  }

  append(lines: string, rows: number, stored: Stored): void {
    if (this.config.sync === 'behind') {
      const written = this.write(lines, rows);
      if (written) this.syncSoon();
      stored(written);
      return;
    }
    this.waiting.push({ lines, rows, stored });
    if (!this.syncing) this.commitWaiting();
  }

  stats(): ClickLogStats {
    return {
      state: this.failing ? 'failing' : 'ok',
      rowsWritten: this.rowsWritten,
      rowsRefused: this.rowsRefused,
      segment: this.segment?.id ?? '',
      segmentBytes: this.segmentBytes,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.ageTimer);
    clearTimeout(this.syncTimer);
    while (this.syncing) await new Promise((resolve) => setTimeout(resolve, 1));
    this.finish();
    await Promise.all(this.finishing);
  }

  private isOld(segment: Segment): boolean {
    const { segmentAgeMs } = this.config;
    const ageMs = Date.now() - segment.openedAtMs;
    // Whichever clock says so: drain goes by the wall clock and would take an old segment for abandoned. One opened in
    // the future (the clock stepped back) is finished at once, or it would live until the clock has caught up.
    if (ageMs < 0 || ageMs >= segmentAgeMs) return true;
    return performance.now() - segment.openedAtUptimeMs >= segmentAgeMs;
  }

  /** False when not every byte was taken; what was taken is then the torn end of a finished segment. */
  private write(lines: string, rows: number): boolean {
    try {
      const segment = this.writable();
      if (!segment) {
        this.rowsRefused += rows;
        return false;
      }
      if (this.scratch.length < lines.length) this.scratch = Buffer.allocUnsafe(lines.length * 2);
      const length = this.scratch.write(lines, 0, 'latin1');
      let written = 0;
      while (written < length) {
        written += fs.writeSync(segment.fd, this.scratch, written, length - written);
      }
      this.segmentBytes += length;
      this.rowsWritten += rows;
      this.failing = false;
      return true;
    } catch (thrown) {
      this.rowsRefused += rows;
      this.fail(thrown);
      return false;
    }
  }

  private fail(thrown: unknown): void {
    if (!this.failing) {
      this.logger.error(
        { code: 'click_log_failed', error: errorText(thrown) },
        'clicks are refused: the click log cannot be written',
      );
    }
    this.failing = true;
    this.retryAtMs = performance.now() + RETRY_DELAY_MS;
    this.finish();
  }

  private writable(): Segment | undefined {
    // Asked before every write: a process that slept through its segment's life must not append to it.
    if (this.segment && (this.segmentBytes >= this.config.segmentBytes || this.isOld(this.segment)))
      this.finish();
    if (this.segment && performance.now() >= this.nextRoomCheckMs) this.requireRoom();
    if (this.segment) return this.segment;
    if (performance.now() < this.retryAtMs) return undefined;
    this.requireRoom();
    const nowMs = Date.now();
    const id = newSegmentId(nowMs);
    const fd = fs.openSync(join(this.config.dir, `${id}.open`), 'ax', 0o600);
    this.segment = { id, fd, openedAtMs: nowMs, openedAtUptimeMs: performance.now() };
    this.segmentBytes = 0;
    this.folderDirty = true;
    return this.segment;
  }

  /**
   * Stops before the disk is full: drain shares it, and must still be able to write down how far it is, or the
   * segments it has shipped could never be removed and the disk would stay full.
   */
  private requireRoom(): void {
    const { dir, reserveBytes } = this.config;
    if (reserveBytes === 0) return;
    this.nextRoomCheckMs = performance.now() + ROOM_CHECK_MS;
    const { bavail, bsize } = fs.statfsSync(dir);
    if (bavail * bsize >= reserveBytes) return;
    throw new Error(`less than ${reserveBytes} bytes are free on the disk of the click log`);
  }

  private syncSoon(): void {
    this.dirty = true;
    if (this.syncing || this.syncTimer) return;
    this.syncTimer = setTimeout(() => {
      this.syncTimer = undefined;
      if (!this.segment || !this.dirty) return;
      this.dirty = false;
      this.syncing = true;
      this.sync(this.segment, (failure) => {
        this.syncing = false;
        if (failure) this.fail(failure);
        else if (this.dirty) this.syncSoon();
      });
    }, SYNC_DELAY_MS);
  }

  private sync(segment: Segment, done: (failure: unknown) => void): void {
    const { folderDirty } = this;
    this.folderDirty = false;
    fs.fdatasync(segment.fd, (failure) => {
      if (failure || !folderDirty) return done(failure);
      fs.open(this.config.dir, 'r', (openFailure, fd) => {
        if (openFailure) return done(openFailure);
        fs.fsync(fd, (syncFailure) => fs.close(fd, () => done(syncFailure)));
      });
    });
  }

  /** One write and one fdatasync for all that queued while the last one ran; no timer in between. */
  private commitWaiting(): void {
    const batch = this.waiting;
    this.waiting = [];
    const lines = batch.map((one) => one.lines).join('');
    const rows = batch.reduce((sum, one) => sum + one.rows, 0);
    const answer = (stored: boolean): void => batch.forEach((one) => one.stored(stored));
    if (!this.write(lines, rows)) return answer(false);
    this.syncing = true;
    this.sync(this.segment!, (failure) => {
      this.syncing = false;
      if (failure) this.fail(failure);
      answer(!failure);
      if (this.waiting.length > 0) this.commitWaiting();
    });
  }

  /** The segment takes no more rows; synced, closed and renamed in the background. */
  private finish(): void {
    const { segment } = this;
    if (!segment) return;
    this.segment = undefined;
    this.dirty = false;
    const path = join(this.config.dir, segment.id);
    const finished = new Promise<void>((resolve) => {
      fs.fdatasync(segment.fd, () =>
        fs.close(segment.fd, () => fs.rename(`${path}.open`, `${path}.log`, () => resolve())),
      );
    }).finally(() => this.finishing.delete(finished));
    this.finishing.add(finished);
  }
}

/** Throws when the folder cannot be made. Segments are opened with the first click. */
export function openClickLog(config: ClickLogConfig, logger: Logger): ClickLog {
  fs.mkdirSync(config.dir, { recursive: true, mode: 0o700 });
  return new SegmentedClickLog(config, logger);
}
