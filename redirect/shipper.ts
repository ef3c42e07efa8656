import { errorText, type Logger } from '../telemetry/logger';
import { parseClickLine, type ClickLine } from './clickLine';
import type { Batch, Cursor } from './cursor';
import type { SegmentFile, SegmentReader } from './segmentReader';
import type { Sink } from './sinks';

export type ShipperOptions = {
  readonly sink: Sink;
  readonly cursor: Cursor;
  readonly reader: SegmentReader;
  readonly logger: Logger;
  readonly batchRows: number;
  readonly lingerMs: number;
};

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/**
 * Takes the click log to one sink, one batch at a time. Each sink has a shipper and a cursor of its own,
 * so one that is down holds up nobody else.
 */
export class Shipper {
  private failures = 0;
  /** Both on the monotonic clock. */
  private retryAtMs = 0;
  /** When this shipper first saw rows of a segment that it has not sent. */
  private readonly waitingSince = new Map<string, number>();

  constructor(private readonly options: ShipperOptions) {}

  /**
   * The batch of an earlier run first, byte for byte; then at most one batch of each segment. True when
   * something was shipped, so more may be there.
   */
  async round(segments: readonly SegmentFile[], hurry: boolean): Promise<boolean> {
    if (performance.now() < this.retryAtMs) return false;
    const { cursor, reader } = this.options;
    if (cursor.pending && !(await this.ship(cursor.pending))) return false;
    let shipped = false;
    for (const segment of segments) {
      const batch = await this.due(segment, hurry);
      if (!batch) continue;
      await reader.persist(batch.segment);
      cursor.begin(batch);
      if (!(await this.ship(batch))) return false;
      shipped = true;
    }
    return shipped;
  }

  /** Every whole line of a finished segment has arrived. */
  async isDone(segment: SegmentFile): Promise<boolean> {
    const { cursor, reader } = this.options;
    if (!segment.finished || cursor.pending?.segment === segment.id) return false;
    return (await reader.next(segment.id, cursor.shipped(segment.id), 1)) === undefined;
  }

  /** Bytes not shipped yet. */
  async backlog(segments: readonly SegmentFile[]): Promise<number> {
    let bytes = 0;
    for (const { id } of segments) {
      bytes += (await this.options.reader.size(id)) - this.options.cursor.shipped(id);
    }
    return bytes;
  }

  forget(segment: string): void {
    this.waitingSince.delete(segment);
  }

  private async due(segment: SegmentFile, hurry: boolean): Promise<Batch | undefined> {
    const { cursor, reader, batchRows, lingerMs } = this.options;
    const range = await reader.next(segment.id, cursor.shipped(segment.id), batchRows);
    if (!range) {
      this.waitingSince.delete(segment.id);
      return undefined;
    }
    const nowMs = performance.now();
    const since = this.waitingSince.get(segment.id) ?? nowMs;
    this.waitingSince.set(segment.id, since);
    const full = range.rows >= batchRows || segment.finished || hurry;
    if (!full && nowMs - since < lingerMs) return undefined;
    this.waitingSince.delete(segment.id);
    return range.batch;
  }

  private async ship(batch: Batch): Promise<boolean> {
    const { sink, cursor, reader, logger } = this.options;
    const bytes = await reader.bytes(batch);
    if (!bytes) {
      logger.error(
        { segment: batch.segment, offset: batch.from, provider: sink.name },
        'a batch under way cannot be repeated: its segment was removed',
      );
      cursor.dropPending();
      return true;
    }
    try {
      const clicks = this.parse(bytes, batch);
      const token = `${batch.segment}:${batch.from}-${batch.to}`;
      if (clicks.length > 0) await sink.ship(clicks, token);
      cursor.acknowledge();
      if (this.failures > 0) logger.info({ provider: sink.name }, 'shipping again');
      this.failures = 0;
      return true;
    } catch (thrown) {
      const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
      this.failures = Math.min(this.failures + 1, 16);
      this.retryAtMs = performance.now() + delayMs;
      logger.warn(
        { provider: sink.name, error: errorText(thrown), attempt: this.failures, delayMs },
        'clicks wait: the sink did not take them',
      );
      return false;
    }
  }

  private parse(bytes: Buffer, batch: Batch): ClickLine[] {
    const clicks: ClickLine[] = [];
    let broken = 0;
    for (const text of bytes.toString('utf8').split('\n')) {
      if (text === '') continue;
      const click = parseClickLine(text);
      if (click) clicks.push(click);
      else broken += 1;
    }
    if (broken > 0) {
      const { segment, from } = batch;
      this.options.logger.error(
        { segment, offset: from, rows: broken, code: 'click_line_broken' },
        'lines that are not clicks were passed over',
      );
    }
    return clicks;
  }
}
