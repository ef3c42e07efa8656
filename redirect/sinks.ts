import { createHmac, createSecretKey } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { readAgent, type InApp } from '../domain/clicks/agent';
import type { ClickHouseClient } from '../store/clickhouse/client';
import {
  batchesOf,
  insertBatch,
  storedClickIds,
  type BatchRange,
  type KnownBatch,
} from '../store/clickhouse/clickBatches';
import { insertClicks, type ClickRow } from '../store/clickhouse/clicks';
import type { ClickIndex } from '../store/redis/clickIndex';
import { ipPrefix } from '../telemetry/address';
import type { ClickLine } from './clickLine';

/** A place clicks are shipped to. Shipping a batch again under its token must change nothing. */
export type Sink = {
  readonly name: 'clickhouse' | 'redis';
  ship(clicks: readonly ClickLine[], token: string): Promise<void>;
};

type MaskedIp = { readonly prefix: string; readonly hash: string };

/** A /24 or /48 to tell regions by, and a keyed hash to tell visitors apart: the address itself stays in the log. */
export function createIpMask(key: Buffer): (ip: string) => MaskedIp {
  const recent = new LRUCache<string, MaskedIp>({ max: 50_000 });
  const secret = createSecretKey(key);
  return (ip) => {
    let masked = recent.get(ip);
    if (!masked) {
      const hash = createHmac('sha256', secret).update(ip).digest().readBigUInt64BE().toString();
      masked = { prefix: ipPrefix(ip), hash };
      recent.set(ip, masked);
    }
    return masked;
  };
}

/** Months whose masks are at hand: a backlog is shipped day by day, and a repeat reaches back a little. */
const MONTHS = 3;

/**
 * The mask of a moment (ms since 1970): another key each month (UTC, like the table's partitions), derived from the
 * month of the click. A batch repeated later gives the same rows, and nobody without the master key can tell that a
 * visitor of May is one of June.
 */
export function createMonthlyMask(master: Buffer): (ip: string, ts: number) => MaskedIp {
  const masks = new LRUCache<number, (ip: string) => MaskedIp>({ max: MONTHS });
  return (ip, ts) => {
    const at = new Date(ts);
    const month = at.getUTCFullYear() * 12 + at.getUTCMonth();
    let mask = masks.get(month);
    if (!mask) {
      const name = `${at.getUTCFullYear()}-${String(at.getUTCMonth() + 1).padStart(2, '0')}`;
      mask = createIpMask(createHmac('sha256', master).update(name).digest());
      masks.set(month, mask);
    }
    return mask(ip);
  };
}

/** Lower-case host of a Referer, '' for none or one that is not a host (strangers write it). */
export function referrerHost(referrer: string): string {
  const [, host = ''] =
    /^[a-z][a-z0-9+.-]{0,20}:\/\/([^/?#@:\s]{1,253})(?=[/?#:]|$)/i.exec(referrer) ?? [];
  return /^[a-z0-9_.-]+$/i.test(host) ? host.toLowerCase() : '';
}

/** Where links are shared, by the host a browser names when somebody comes from there. */
const APP_HOSTS: readonly (readonly [app: InApp, hosts: RegExp])[] = [
  ['instagram', /(?:^|\.)instagram\.com$|^com\.instagram\./],
  ['tiktok', /(?:^|\.)tiktok\.com$|^com\.zhiliaoapp\.musically/],
  ['telegram', /(?:^|\.)(?:t\.me|telegram\.org)$|^org\.telegram\./],
  ['facebook', /(?:^|\.)(?:facebook|fb)\.com$|^com\.facebook\./],
  ['whatsapp', /(?:^|\.)(?:whatsapp\.com|wa\.me)$|^com\.whatsapp/],
  ['youtube', /(?:^|\.)(?:youtube\.com|youtu\.be)$|^com\.google\.android\.youtube/],
  ['vk', /(?:^|\.)vk\.(?:com|ru)$|^com\.vkontakte\./],
  ['threads', /(?:^|\.)threads\.(?:net|com)$/],
];

type Source = Required<Pick<ClickRow, 'device' | 'os' | 'app' | 'browser' | 'referrer_host'>>;

/** The app whose browser it is; an app that opens another browser is told by the referrer. */
function readSource(userAgent: string, referrer: string): Source {
  const { device, os, app, browser } = readAgent(userAgent);
  const referrer_host = referrerHost(referrer);
  const referred = APP_HOSTS.find(([, hosts]) => hosts.test(referrer_host))?.[0];
  const where = app === null || app === 'other' ? (referred ?? app) : app;
  return { device, os, app: where ?? '', browser, referrer_host };
}

/** Rows of the table from lines of the log: the same rows for the same lines, whenever it is asked. */
export function createToRow(ipHashKey: Buffer): (click: ClickLine) => ClickRow {
  const mask = createMonthlyMask(ipHashKey);
  const sources = new LRUCache<string, Source>({ max: 20_000 });
  const sourceOf = ({ ua, referrer }: ClickLine): Source => {
    const name = `${ua}\n${referrer}`;
    let source = sources.get(name);
    if (!source) {
      source = readSource(ua, referrer);
      sources.set(name, source);
    }
    return source;
  };
  return (click) => {
    const { prefix, hash } = mask(click.ip, click.ts);
    const [sub1 = '', sub2 = '', sub3 = '', sub4 = '', sub5 = ''] = click.sub ?? [];
    return {
      ts: (click.ts / 1000).toFixed(3),
      click_id: click.id,
      link_number: click.link,
      programme_id: click.programme,
      influencer_id: click.influencer,
      target_host: click.host,
      target_url: click.url,
      product_key: click.product ?? '',
      ip_prefix: prefix,
      ip_hash: hash,
      user_agent: click.ua,
      referrer: click.referrer,
      accept_language: click.lang,
      sub1,
      sub2,
      sub3,
      sub4,
      sub5,
      billable: click.reason ? 0 : 1,
      reason: click.reason ?? '',
      unique: click.reason || click.repeat ? 0 : 1,
      way: click.way ?? '',
      ...sourceOf(click),
    };
  };
}

/** A token younger than this is surely still in the window of the table: repeating the batch mends its rollup too. */
const TOKEN_KEPT_MS = 3_600_000;
const SEGMENTS_KNOWN = 1_000;

function rangeOf(token: string): BatchRange | undefined {
  const [, segment, start, finish] = /^(.+):(\d+)-(\d+)$/.exec(token) ?? [];
  if (segment === undefined) return undefined;
  return { segment, start: Number(start), finish: Number(finish) };
}

/**
 * Takes batches to the click store, each click once. A batch that is repeated as it was is recognised by its token,
 * in the table and in its rollup. A segment that is shipped again without its cursor comes in other pieces: what
 * the store has of those is told by the clicks' ids.
 */
class ClickStore {
  private readonly toRow: (click: ClickLine) => ClickRow;
  private readonly known = new LRUCache<string, KnownBatch[]>({ max: SEGMENTS_KNOWN });

  constructor(
    private readonly clickhouse: ClickHouseClient,
    ipHashKey: Buffer,
  ) {
    this.toRow = createToRow(ipHashKey);
  }

  async add(clicks: readonly ClickLine[], token: string): Promise<void> {
    const rows = clicks.map(this.toRow);
    const range = rangeOf(token);
    const fresh = range ? await this.freshRows(rows, range) : rows;
    if (fresh.length > 0) await insertClicks(this.clickhouse, fresh, token);
  }

  /** The store may have been another one than before: what is known is asked anew. */
  forget(): void {
    this.known.clear();
  }

  private async freshRows(
    rows: readonly ClickRow[],
    range: BatchRange,
  ): Promise<readonly ClickRow[]> {
    let known = this.known.get(range.segment);
    if (!known) {
      known = await batchesOf(this.clickhouse, range.segment);
      this.known.set(range.segment, known);
    }
    const touching = known.filter((one) => one.start < range.finish && range.start < one.finish);
    const same = touching.find((one) => one.start === range.start && one.finish === range.finish);
    if (touching.length === 1 && same && Date.now() - same.atMs < TOKEN_KEPT_MS) return rows;
    if (!same) {
      await insertBatch(this.clickhouse, range);
      known.push({ ...range, atMs: Date.now() });
    }
    if (touching.length === 0) return rows;
    const stored = await storedClickIds(this.clickhouse, rows);
    return rows.filter((row) => !stored.has(row.click_id));
  }
}

export function createClickhouseSink(
  clickhouse: ClickHouseClient,
  migrate: () => Promise<unknown>,
  ipHashKey: Buffer,
): Sink {
  const store = new ClickStore(clickhouse, ipHashKey);
  let migrated = false;
  return {
    name: 'clickhouse',
    async ship(clicks, token) {
      if (!migrated) {
        await migrate();
        migrated = true;
      }
      try {
        await store.add(clicks, token);
      } catch (thrown) {
        // It may be another, empty server that came back: look at its schema before the next try.
        migrated = false;
        store.forget();
        throw thrown;
      }
    },
  };
}

const COMMANDS_AT_ONCE = 1_000;

export function createRedisSink(index: ClickIndex): Sink {
  return {
    name: 'redis',
    async ship(clicks) {
      for (let from = 0; from < clicks.length; from += COMMANDS_AT_ONCE) {
        await index.write(
          clicks.slice(from, from + COMMANDS_AT_ONCE).map((click) => ({
            clickId: click.id,
            clickedAtMs: click.ts,
            linkNumber: click.link,
            programmeId: click.programme,
            influencerId: click.influencer,
            billable: !click.reason,
            reason: click.reason ?? '',
          })),
        );
      }
    },
  };
}
