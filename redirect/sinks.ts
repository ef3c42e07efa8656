import { createHmac } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { ClickHouseClient } from '../store/clickhouse/client';
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
  return (ip) => {
    let masked = recent.get(ip);
    if (!masked) {
      const hash = createHmac('sha256', key).update(ip).digest().readBigUInt64BE().toString();
      masked = { prefix: ipPrefix(ip), hash };
      recent.set(ip, masked);
    }
    return masked;
  };
}

function toRow(click: ClickLine, mask: (ip: string) => MaskedIp): ClickRow {
  const { prefix, hash } = mask(click.ip);
  const [sub1 = '', sub2 = '', sub3 = '', sub4 = '', sub5 = ''] = click.sub ?? [];
  return {
    ts: (click.ts / 1000).toFixed(3),
    click_id: click.id,
    link_number: click.link,
    programme_id: click.programme,
    influencer_id: click.influencer,
    target_host: click.host,
    target_url: click.url,
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
  };
}

export function createClickhouseSink(
  clickhouse: ClickHouseClient,
  migrate: () => Promise<unknown>,
  ipHashKey: Buffer,
): Sink {
  const mask = createIpMask(ipHashKey);
  let migrated = false;
  return {
    name: 'clickhouse',
    async ship(clicks, token) {
      if (!migrated) {
        await migrate();
        migrated = true;
      }
      try {
        await insertClicks(
          clickhouse,
          clicks.map((click) => toRow(click, mask)),
          token,
        );
      } catch (thrown) {
        // It may be another, empty server that came back: look at its schema before the next try.
        migrated = false;
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
