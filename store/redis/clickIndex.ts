import type { Redis } from './client';

/** What attribution asks about a recent click without going to ClickHouse. */
export type RecentClick = {
  readonly clickId: string;
  readonly clickedAtMs: number;
  readonly linkNumber: number;
  readonly programmeId: string;
  readonly influencerId: string;
  readonly billable: boolean;
  /** Why it does not count (`prefetch`, `head` …); empty when it does. */
  readonly reason: string;
};

export type ClickIndex = {
  /** Writing the same click again changes nothing. Throws unless Redis took every one. */
  write(clicks: readonly RecentClick[]): Promise<void>;
  find(clickId: string): Promise<RecentClick | undefined>;
};

type Stored = readonly [number, number, string, string, 0 | 1, string];

/** Each click lives `keepSeconds` from the moment it was made, not from the moment it was shipped. */
export function createClickIndex(
  redis: Redis,
  keepSeconds: number,
  now: () => number = Date.now,
): ClickIndex {
  return {
    async write(clicks) {
      const pipeline = redis.pipeline();
      const nowMs = now();
      for (const click of clicks) {
        const left = keepSeconds - Math.floor((nowMs - click.clickedAtMs) / 1000);
        if (left <= 0) continue;
        const stored: Stored = [
          click.clickedAtMs,
          click.linkNumber,
          click.programmeId,
          click.influencerId,
          click.billable ? 1 : 0,
          click.reason,
        ];
        pipeline.set(`click:${click.clickId}`, JSON.stringify(stored), 'EX', left);
      }
      if (pipeline.length === 0) return;
      const answers = (await pipeline.exec()) ?? [];
      for (const [failure] of answers) if (failure) throw failure;
    },
    async find(clickId) {
      const text = await redis.get(`click:${clickId}`);
      if (text === null) return undefined;
      const [clickedAtMs, linkNumber, programmeId, influencerId, billable, reason] = JSON.parse(
        text,
      ) as Stored;
      return {
        clickId,
        clickedAtMs,
        linkNumber,
        programmeId,
        influencerId,
        billable: billable === 1,
        reason,
      };
    },
  };
}
