import { LRUCache } from 'lru-cache';

import type { ClickHouseClient } from '../store/clickhouse/client';
import {
  batchesOf,
  insertBatch,
  storedClickIds,
  type BatchRange,
  type KnownBatch,
} from '../store/clickhouse/clickBatches';
import { insertClickBlock } from '../store/clickhouse/clicks';
import type { NativeBlock } from '../store/clickhouse/native';
import type { ClickIndex, RecentClick } from '../store/redis/clickIndex';
import type { ClickBlock } from './clickBlock';
import { ClickReader } from './clickReader';
import { createClickRows } from './clickRows';

/** A batch as one sink takes it, ready to be sent. */
export type Shipment = {
  readonly rows: number;
  /** Lines that are no clicks and were passed over. */
  readonly broken: number;
  /** What can be said of it before its turn has come. Whether it was or not, the batch may be sent or never be. */
  readonly announce?: (token: string) => Promise<void>;
  /** May be called again: under the same token it must change nothing. */
  send(token: string): Promise<void>;
};

/** A place clicks are shipped to. */
export type Sink = {
  readonly name: 'clickhouse' | 'redis';
  /** From whole lines of the log: the same lines make the same shipment. Sends nothing yet. */
  prepare(bytes: Buffer): Promise<Shipment>;
};

/** A token younger than this is surely still in the window of the table: repeating the batch mends its rollup too. */
const TOKEN_KEPT_MS = 3_600_000;
const SEGMENTS_KNOWN = 1_000;

function rangeOf(token: string): BatchRange | undefined {
  const [, segment, start, finish] = /^(.+):(\d+)-(\d+)$/.exec(token) ?? [];
  if (segment === undefined) return undefined;
  return { segment, start: Number(start), finish: Number(finish) };
}

const isSame = (one: BatchRange, other: BatchRange): boolean =>
  one.start === other.start && one.finish === other.finish;

type Batch = { readonly block: ClickBlock; readonly encoded: NativeBlock };

/**
 * Takes batches to the click store, each click once. A batch that is repeated as it was is recognised by its token,
 * in the table and in its rollup. A segment that is shipped again without its cursor comes in other pieces: what
 * the store has of those is told by the clicks' ids.
 */
class ClickStore {
  private readonly known = new LRUCache<string, Promise<KnownBatch[]>>({ max: SEGMENTS_KNOWN });

  constructor(private readonly clickhouse: ClickHouseClient) {}

  async add({ block, encoded }: Batch, token: string): Promise<void> {
    const range = rangeOf(token);
    const fresh = range ? await this.freshRows(block, range) : block;
    if (fresh.rows === 0) return;
    const sent = fresh === block ? encoded : fresh.encode();
    await insertClickBlock(this.clickhouse, sent, token);
  }

  /** Makes the note that must be there before the batch may be sent. */
  async announce(token: string): Promise<void> {
    const range = rangeOf(token);
    if (range) await this.note(range);
  }

  /** The store may have been another one than before: what is known is asked anew. */
  forget(): void {
    this.known.clear();
  }

  private async freshRows(block: ClickBlock, range: BatchRange): Promise<ClickBlock> {
    const touching = await this.note(range);
    const [first] = touching;
    if (!first) return block;
    const isRepeat = touching.length === 1 && isSame(first, range);
    return isRepeat && Date.now() - first.atMs < TOKEN_KEPT_MS ? block : this.notStored(block);
  }

  /** The batches noted before that this one shares bytes with; itself among them if it was. */
  private async note(range: BatchRange): Promise<readonly KnownBatch[]> {
    const known = await this.batchesOf(range.segment);
    const touching = known.filter((one) => one.start < range.finish && range.start < one.finish);
    if (!touching.some((one) => isSame(one, range))) {
      await insertBatch(this.clickhouse, range);
      known.push({ ...range, atMs: Date.now() });
    }
    return touching;
  }

  /** Asked for once a segment, by the batch under way and the one announced meanwhile. */
  private batchesOf(segment: string): Promise<KnownBatch[]> {
    const asked = this.known.get(segment);
    if (asked) return asked;
    const batches = batchesOf(this.clickhouse, segment);
    this.known.set(segment, batches);
    batches.catch(() => this.known.delete(segment));
    return batches;
  }

  private async notStored(block: ClickBlock): Promise<ClickBlock> {
    const marks = block.marks();
    const stored = await storedClickIds(this.clickhouse, marks);
    const rows = marks.flatMap(({ clickId }, row) => (stored.has(clickId) ? [row] : []));
    return rows.length === 0 ? block : block.without(new Set(rows));
  }
}

export function createClickhouseSink(
  clickhouse: ClickHouseClient,
  migrate: () => Promise<unknown>,
  ipHashKey: Buffer,
): Sink {
  const store = new ClickStore(clickhouse);
  const rowsOf = createClickRows(ipHashKey);
  let migrated = false;
  return {
    name: 'clickhouse',
    async prepare(bytes) {
      const { block, broken } = await rowsOf(bytes);
      const batch = { block, encoded: block.encode() };
      return {
        rows: block.rows,
        broken,
        async announce(token) {
          if (migrated) await store.announce(token);
        },
        async send(token) {
          if (!migrated) {
            await migrate();
            migrated = true;
          }
          try {
            await store.add(batch, token);
          } catch (thrown) {
            // It may be another, empty server that came back: look at its schema before the next try.
            migrated = false;
            store.forget();
            throw thrown;
          }
        },
      };
    },
  };
}

const COMMANDS_AT_ONCE = 1_000;

export function createRedisSink(index: ClickIndex): Sink {
  const reader = new ClickReader({
    place: ({ link, programme, influencer }) => ({
      linkNumber: link,
      programmeId: programme,
      influencerId: influencer,
    }),
    visit: ({ reason }) => reason ?? '',
  });
  return {
    name: 'redis',
    async prepare(bytes) {
      const clicks: RecentClick[] = [];
      const broken = await reader.read(bytes, (clickId, clickedAtMs, _, place, reason) =>
        clicks.push({ clickId, clickedAtMs, ...place, billable: !reason, reason }),
      );
      return {
        rows: clicks.length,
        broken,
        async send() {
          for (let from = 0; from < clicks.length; from += COMMANDS_AT_ONCE)
            await index.write(clicks.slice(from, from + COMMANDS_AT_ONCE));
        },
      };
    },
  };
}
