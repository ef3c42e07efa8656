import { errorText, type Logger } from '../telemetry/logger';
import type { Batch, Cursor } from './cursor';
import { MAX_BATCH_BYTES, type Range, type SegmentFile, type SegmentReader } from './segmentReader';
import type { Shipment, Sink } from './sinks';

export type ShipperOptions = {
  readonly sink: Sink;
  readonly cursor: Cursor;
  readonly reader: SegmentReader;
  readonly logger: Logger;
  readonly batchRows: number;
  readonly lingerMs: number;
};

type Prepared = { readonly batch: Batch; readonly shipment: Shipment };

const tokenOf = ({ segment, from, to }: Batch): string => `${segment}:${from}-${to}`;

/** Twice an ordinary line. */
const LINE_BYTES = 1_024;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/**
 * Takes the click log to one sink. One batch at a time is under way: it is in the cursor before it leaves, and
 * acknowledged before another is (by the write that begins it). Meanwhile the next one is read, made ready and
 * announced, and only that: should the process die, what must be repeated is the one in the cursor. Each sink has a shipper and a cursor of its own, so one that is
 * down holds up nobody else.
 */
export class Shipper {
  private failures = 0;
  /** Both on the monotonic clock. */
  private retryAtMs = 0;
  /** When this shipper first saw rows of a segment that it has not sent. */
  private readonly waitingSince = new Map<string, number>();
  /** The cursor's pending batch, as it was sent. Missing after a start: then its bytes are read again. */
  private underWay: Prepared | undefined;
  private ahead: Prepared | undefined;
  /** Lines of a batch, until it is prepared. New memory for each would cost as much as reading them. */
  private readonly room: Buffer;
  /** The segment of the last batch: segments take turns. */
  private last = '';

  constructor(private readonly options: ShipperOptions) {
    const bytes = Math.min(MAX_BATCH_BYTES, options.batchRows * LINE_BYTES);
    this.room = Buffer.allocUnsafeSlow(bytes);
  }

  /**
   * The batch of an earlier run or try first, byte for byte; then what is ready and one batch of each segment, at most.
   * True when something was shipped, so more may be there.
   */
  async round(segments: readonly SegmentFile[], hurry: boolean): Promise<boolean> {
    if (performance.now() < this.retryAtMs) return false;
    const { cursor } = this.options;
    if (cursor.pending && !(await this.repeat(cursor.pending))) return false;
    let shipped = false;
    for (let left = segments.length + (this.ahead ? 1 : 0); left > 0; left -= 1) {
      const next = this.ahead ?? (await this.prepareNext(segments, hurry));
      this.ahead = undefined;
      if (!next) break;
      // Pending here is what was sent last and has arrived.
      cursor.begin(next.batch);
      this.underWay = next;
      const sending = this.send(next);
      if (left > 1 || !hurry) await this.lookAhead(segments, hurry);
      if (!(await sending)) return false;
      shipped = true;
      if (!this.ahead || left === 1) cursor.acknowledge();
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

  /** Never rejects: what cannot be read now is read again when its turn has come, and the failure told then. */
  private async lookAhead(segments: readonly SegmentFile[], hurry: boolean): Promise<void> {
    try {
      this.ahead = await this.prepareNext(segments, hurry);
      if (this.ahead) await this.ahead.shipment.announce?.(tokenOf(this.ahead.batch));
    } catch (thrown) {
      this.options.logger.debug({ error: errorText(thrown) }, 'reading ahead');
    }
  }

  private async prepareNext(
    segments: readonly SegmentFile[],
    hurry: boolean,
  ): Promise<Prepared | undefined> {
    const later = segments.filter(({ id }) => id > this.last);
    const earlier = segments.filter(({ id }) => id <= this.last);
    for (const segment of [...later, ...earlier]) {
      const range = await this.due(segment, hurry);
      if (!range) continue;
      this.last = segment.id;
      await this.options.reader.persist(segment.id);
      return this.prepare(range.batch, range.bytes);
    }
    return undefined;
  }

  private async due(segment: SegmentFile, hurry: boolean): Promise<Range | undefined> {
    const { reader, batchRows, lingerMs } = this.options;
    const range = await reader.next(segment.id, this.sentTo(segment.id), batchRows, this.room);
    if (!range) {
      this.waitingSince.delete(segment.id);
      return undefined;
    }
    const nowMs = performance.now();
    const since = this.waitingSince.get(segment.id) ?? nowMs;
    this.waitingSince.set(segment.id, since);
    const full = range.full || segment.finished || hurry;
    if (!full && nowMs - since < lingerMs) return undefined;
    this.waitingSince.delete(segment.id);
    return range;
  }

  /** Where the batch after the one under way begins. */
  private sentTo(segment: string): number {
    const { pending } = this.options.cursor;
    return pending?.segment === segment ? pending.to : this.options.cursor.shipped(segment);
  }

  private async prepare(batch: Batch, bytes: Buffer): Promise<Prepared> {
    const shipment = await this.options.sink.prepare(bytes);
    if (shipment.broken > 0) {
      this.options.logger.error(
        {
          segment: batch.segment,
          offset: batch.from,
          rows: shipment.broken,
          code: 'click_line_broken',
        },
        'lines that are not clicks were passed over',
      );
    }
    return { batch, shipment };
  }

  private async repeat(pending: Batch): Promise<boolean> {
    const { sink, cursor, reader, logger } = this.options;
    if (!this.underWay) {
      const bytes = await reader.bytes(pending);
      if (!bytes) {
        logger.error(
          { segment: pending.segment, offset: pending.from, provider: sink.name },
          'a batch under way cannot be repeated: its segment was removed',
        );
        cursor.dropPending();
        return true;
      }
      this.underWay = await this.prepare(pending, bytes);
    }
    if (!(await this.send(this.underWay))) return false;
    cursor.acknowledge();
    return true;
  }

  private async send({ batch, shipment }: Prepared): Promise<boolean> {
    const { sink, logger } = this.options;
    try {
      if (shipment.rows > 0) await shipment.send(tokenOf(batch));
      this.underWay = undefined;
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
}
