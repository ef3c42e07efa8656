import { THRESHOLDS, type AgentCount, type NetworkCount } from '../../domain/fraud/signals';
import type { ClickHouseClient } from './client';
import { rowsOf } from './rows';

/**
 * Counts for domain/fraud/signals.ts, of clicks that count. Conditions here only leave out what the rules would: the
 * rules decide. Addresses are there for CLICKS_IP_DAYS only, so no window is longer.
 */
export type FraudScope = {
  /** Undefined: of any programme (operators). */
  readonly programmeIds: readonly string[] | undefined;
  readonly influencerId?: string | undefined;
  readonly since: Date;
};

/** Whose clicks a count is of, and when the first and last of them were. */
export type Counted<Count> = Count & {
  readonly influencer_id: string;
  readonly programme_id: string;
  readonly link_number: number;
  /** Milliseconds since 1970. */
  readonly from_ms: number;
  readonly to_ms: number;
};

const MAX_SECONDS = 10;
/** Subjects looked at, the busiest first: a flood of signals is one signal. */
const MOST = 100;

const SCOPE = `({any_programme:UInt8} = 1 or programme_id in {programmes:Array(String)})
  and ({influencer:String} = '' or influencer_id = {influencer:String})`;
const SINCE = `billable = 1 and ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
  and toDate(ts) >= toDate(fromUnixTimestamp64Milli({since:Int64}, 'UTC'))`;
const TIMES =
  'toUnixTimestamp64Milli(min(ts)) as from_ms, toUnixTimestamp64Milli(max(ts)) as to_ms';

const ask = <T>(
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  query: string,
  params: Record<string, unknown> = {},
): Promise<T[]> =>
  rowsOf<T>(
    clickhouse,
    query,
    {
      any_programme: scope.programmeIds === undefined ? 1 : 0,
      programmes: scope.programmeIds ?? [],
      influencer: scope.influencerId ?? '',
      since: scope.since.getTime(),
      most: MOST,
      ...params,
    },
    MAX_SECONDS,
  );

/** The busiest hour of one network on one influencer's links of a programme. */
export const busyNetworks = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<Counted<NetworkCount>[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, 0 as link_number, count() as clicks,
            uniqExact(ip_hash, user_agent) as visitors, ${TIMES}
       from clicks where ${SINCE} and ${SCOPE} and ip_prefix != ''
      group by influencer_id, programme_id, ip_prefix, toStartOfHour(ts)
     having clicks >= {least:UInt32} and clicks >= visitors * {times:UInt32}
      order by clicks desc limit 1 by influencer_id, programme_id limit {most:UInt32}`,
    { least: THRESHOLDS.network.clicksAnHour, times: THRESHOLDS.network.clicksPerVisitor },
  );

/** The busiest minute of each link. */
export const busyLinks = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<Counted<NetworkCount>[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, link_number, count() as clicks,
            uniqExact(ip_hash, user_agent) as visitors, ${TIMES}
       from clicks where ${SINCE} and ${SCOPE} and ip_prefix != ''
      group by influencer_id, programme_id, link_number, toStartOfMinute(ts)
     having clicks >= {least:UInt32} and clicks >= visitors * {times:UInt32}
      order by clicks desc limit 1 by link_number limit {most:UInt32}`,
    { least: THRESHOLDS.link.clicksAMinute, times: THRESHOLDS.link.clicksPerVisitor },
  );

/**
 * The commonest user agent of each influencer and programme, beside how common it is with everybody else on the
 * platform: sums only, of no brand and no person.
 */
export const commonAgents = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<Counted<AgentCount>[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, 0 as link_number, own as clicks, of_own as "ofClicks", networks,
            agent_all - agent_person as elsewhere, everything - person as "ofElsewhere", from_ms, to_ms
       from (
         select influencer_id, programme_id, own, networks, from_ms, to_ms,
                sum(own) over (partition by influencer_id, programme_id) as of_own,
                sum(own) over (partition by user_agent) as agent_all,
                sum(own) over (partition by user_agent, influencer_id) as agent_person,
                sum(own) over (partition by influencer_id) as person,
                sum(own) over () as everything
           from (select influencer_id, programme_id, user_agent, count() as own, uniqExact(ip_prefix) as networks,
                        ${TIMES}
                   from clicks where ${SINCE} and ip_prefix != ''
                  group by influencer_id, programme_id, user_agent))
      where ${SCOPE} and own >= {least:UInt32} and networks >= {networks:UInt32}
      order by clicks desc limit 1 by influencer_id, programme_id limit {most:UInt32}`,
    { least: THRESHOLDS.agent.clicks, networks: THRESHOLDS.agent.networks },
  );

export type HoursRow = Counted<{ readonly hours: readonly number[]; readonly days: number }>;

/** Clicks by hour of the day, Almaty, of each influencer and programme with enough of them. */
export const clicksByHour = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<HoursRow[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, 0 as link_number,
            sumMap(map(toHour(ts, 'Asia/Almaty'), toUInt64(1))) as by_hour,
            arrayMap(h -> by_hour[toUInt8(h)], range(24)) as hours,
            uniqExact(toDate(ts, 'Asia/Almaty')) as days, ${TIMES}
       from clicks where ${SINCE} and ${SCOPE}
      group by influencer_id, programme_id having count() >= {least:UInt32}
      order by count() desc limit {most:UInt32}`,
    { least: Math.min(THRESHOLDS.flat.clicks, THRESHOLDS.night.clicks) },
  );

/** An order's click, to look its device up by. */
export type OrderClick = {
  readonly clickId: string;
  readonly influencerId: string;
  readonly programmeId: string;
  readonly clickedAt: Date;
};
export type OrderDevice = {
  readonly influencers: readonly string[];
  readonly orders: number;
  readonly clicks: number;
  readonly from_ms: number;
  readonly to_ms: number;
};

/**
 * Devices (address hash and user agent, the same one within a calendar month) that ordered through several
 * influencers, and how often each clicked in all: many clicks are an address that a carrier shares out.
 */
export const orderDevices = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  orders: readonly OrderClick[],
): Promise<OrderDevice[]> =>
  orders.length === 0
    ? Promise.resolve([])
    : ask(
        clickhouse,
        scope,
        `with devices as (
           select ip_hash, user_agent, groupUniqArray(20)(influencer_id) as influencers, count() as orders,
                  toUnixTimestamp64Milli(min(ts)) as from_ms, toUnixTimestamp64Milli(max(ts)) as to_ms
             from clicks
            where influencer_id in {of:Array(String)} and click_id in {ids:Array(String)}
              and ip_prefix != '' and user_agent != ''
            group by ip_hash, user_agent having length(influencers) >= {least:UInt32}
            order by orders desc limit {most:UInt32})
         select influencers, orders, busy.clicks as clicks, from_ms, to_ms
           from devices
           join (select ip_hash, user_agent, count() as clicks from clicks
                  where ${SINCE} and (ip_hash, user_agent) in (select ip_hash, user_agent from devices)
                  group by ip_hash, user_agent) as busy using (ip_hash, user_agent)`,
        {
          of: [...new Set(orders.map((order) => order.influencerId))],
          ids: orders.map((order) => order.clickId),
          least: THRESHOLDS.orderDevice.influencers,
        },
      );
