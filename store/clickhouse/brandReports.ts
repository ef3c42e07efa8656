import type { ClickHouseClient } from './client';
import { rowsOf } from './rows';

/** Counting clicks of a brand. Days are Almaty days, `YYYY-MM-DD`, both ends included. */
export type ClickScope = {
  readonly programmeIds: readonly string[];
  readonly influencerId?: string | undefined;
  readonly from: string;
  readonly to: string;
};

/** Rows are grouped by the column itself, which is what sums are kept by; its text is made once a group. */
const CUTS = { day: 'day', influencer: 'influencer_id', link: 'link_number' } as const;
export type ClickCut = keyof typeof CUTS;

/** People wait for the answer; without it they are shown the figures that need no clicks. */
const MAX_SECONDS = 5;

/** Only when it is asked for: sums that lack the column are then read instead of the rows. */
const ofInfluencer = ({ influencerId }: ClickScope): string =>
  influencerId === undefined ? '' : 'and influencer_id = {influencer:String}';

/** Clicks that count (no bots, no previews), by day, influencer id or link number. */
export async function countClicks(
  clickhouse: ClickHouseClient,
  scope: ClickScope,
  cut: ClickCut,
): Promise<Map<string, number>> {
  const rows = await rowsOf<{ key: string; clicks: string }>(
    clickhouse,
    `select toString(${CUTS[cut]}) as key, toString(sum(billable_clicks)) as clicks
              from clicks_daily
             where programme_id in {programmes:Array(String)} and day >= {from:Date} and day <= {to:Date}
                   ${ofInfluencer(scope)}
             group by ${CUTS[cut]} having sum(billable_clicks) > 0`,
    paramsOf(scope),
    MAX_SECONDS,
  );
  return new Map(rows.map((row) => [row.key, Number(row.clicks)]));
}

const paramsOf = (scope: ClickScope): Record<string, unknown> => ({
  programmes: scope.programmeIds,
  influencer: scope.influencerId ?? '',
  from: scope.from,
  to: scope.to,
});

/**
 * Where a person was when they clicked. Apps with a browser of their own name themselves in the user agent;
 * a referrer tells the rest. First match wins; what names nothing came without a trace (messages, typed, QR).
 */
const SOURCE = `multiIf(
  match(user_agent, '(?i)instagram') or match(domain(referrer), '(^|\\\\.)instagram\\\\.com$'), 'instagram',
  match(user_agent, '(?i)tiktok|musical_ly|bytedance') or match(domain(referrer), '(^|\\\\.)tiktok\\\\.com$'), 'tiktok',
  match(user_agent, '(?i)telegram') or match(domain(referrer), '(^|\\\\.)(t\\\\.me|telegram\\\\.org)$') or startsWith(referrer, 'android-app://org.telegram'), 'telegram',
  match(user_agent, 'FBAN|FBAV|FB_IAB') or match(domain(referrer), '(^|\\\\.)(facebook|fb)\\\\.com$'), 'facebook',
  match(user_agent, '(?i)whatsapp') or match(domain(referrer), '(^|\\\\.)(whatsapp\\\\.com|wa\\\\.me)$'), 'whatsapp',
  match(domain(referrer), '(^|\\\\.)(youtube\\\\.com|youtu\\\\.be)$'), 'youtube',
  match(user_agent, '(?i)vkandroidapp|vkiphone') or match(domain(referrer), '(^|\\\\.)vk\\\\.(com|ru)$'), 'vk',
  referrer = '', 'direct', 'other')`;

/** Looked at once for each pair of agent and referrer that occurs: the patterns cost more than the reading. */
export async function countClicksBySource(
  clickhouse: ClickHouseClient,
  scope: ClickScope,
): Promise<Map<string, number>> {
  const rows = await rowsOf<{ key: string; clicks: string }>(
    clickhouse,
    `select ${SOURCE} as key, toString(sum(clicks)) as clicks
              from (
                select user_agent, referrer, count() as clicks
                  from clicks
                 where programme_id in {programmes:Array(String)} and billable = 1
                   and ts >= toDateTime({from:String}, 'Asia/Almaty')
                   and ts < toDateTime({to:String}, 'Asia/Almaty') + interval 1 day
                   ${ofInfluencer(scope)}
                 group by user_agent, referrer)
             group by key`,
    {
      ...paramsOf(scope),
      from: `${scope.from} 00:00:00`,
      to: `${scope.to} 00:00:00`,
    },
    MAX_SECONDS,
  );
  return new Map(rows.map((row) => [row.key, Number(row.clicks)]));
}

export type ClickKey = {
  readonly clickId: string;
  readonly influencerId: string;
  readonly clickedAt: Date;
};

/** Clicks asked for at once; each costs at most one granule of the table, found by influencer and day. */
const ASKED_AT_ONCE = 500;

/** The source of each of these clicks, by click id; clicks the store does not have are left out. */
export async function sourcesOfClicks(
  clickhouse: ClickHouseClient,
  clicks: readonly ClickKey[],
): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (let at = 0; at < clicks.length; at += ASKED_AT_ONCE) {
    const asked = clicks.slice(at, at + ASKED_AT_ONCE);
    const rows = await rowsOf<{ id: string; source: string }>(
      clickhouse,
      `select toString(click_id) as id, any(${SOURCE}) as source
                from clicks
               where (influencer_id, toDate(ts)) in (
                       select arrayJoin(arrayZip({influencers:Array(String)}, {days:Array(Date)})))
                 and click_id in {ids:Array(String)}
               group by id`,
      {
        influencers: asked.map((click) => click.influencerId),
        days: asked.map((click) => click.clickedAt.toISOString().slice(0, 10)),
        ids: asked.map((click) => click.clickId),
      },
      MAX_SECONDS,
    );
    for (const row of rows) sources.set(row.id, row.source);
  }
  return sources;
}
