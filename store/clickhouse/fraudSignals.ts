import {
  agentVelocity,
  NIGHT_ENDS,
  THRESHOLDS,
  type AgentCount,
  type NetworkCount,
} from '../../domain/fraud/signals';
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
/** People whose leading user agent is compared with everybody else's; of most of them it is simply a common one. */
const COMPARED = 2_000;

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

/**
 * The figures by day say who had enough clicks for a sign at all; only their clicks are read, found by the key of the
 * table. A sum of Almaty days holds every hour and minute of them. Rows of the two tables come and go together.
 */
const enough = (keys: string): string => `
  select ${keys} from clicks_daily
   where day >= toDate(fromUnixTimestamp64Milli({since:Int64}, 'UTC'), 'Asia/Almaty') and ${SCOPE}
   group by ${keys} having sum(billable_clicks) >= {least:UInt32}`;

/** The busiest hour of one network on one influencer's links of a programme. Visitors are told apart in such hours only. */
export const busyNetworks = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<Counted<NetworkCount>[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, 0 as link_number, count() as clicks,
            uniqExact(ip_hash, user_agent) as visitors, ${TIMES}
       from clicks
      where ${SINCE} and ip_prefix != '' and (influencer_id, programme_id, ip_prefix, toStartOfHour(ts)) in (
        select influencer_id, programme_id, ip_prefix, toStartOfHour(ts)
          from clicks
         where ${SINCE} and ip_prefix != '' and (influencer_id, programme_id, toDate(ts, 'Asia/Almaty')) in (${enough('influencer_id, programme_id, day')})
         group by influencer_id, programme_id, ip_prefix, toStartOfHour(ts) having count() >= {least:UInt32})
      group by influencer_id, programme_id, ip_prefix, toStartOfHour(ts)
     having clicks >= {least:UInt32} and clicks >= visitors * {times:UInt32}
      order by clicks desc limit 1 by influencer_id, programme_id limit {most:UInt32}`,
    { least: THRESHOLDS.network.clicksAnHour, times: THRESHOLDS.network.clicksPerVisitor },
  );

/** The busiest minute of each link. Visitors are told apart in such minutes only. */
export const busyLinks = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<Counted<NetworkCount>[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, link_number, count() as clicks,
            uniqExact(ip_hash, user_agent) as visitors, ${TIMES}
       from clicks
      where ${SINCE} and ip_prefix != '' and (influencer_id, programme_id, link_number, toStartOfMinute(ts)) in (
        select influencer_id, programme_id, link_number, toStartOfMinute(ts)
          from clicks
         where ${SINCE} and ip_prefix != ''
           and (influencer_id, programme_id, link_number, toDate(ts, 'Asia/Almaty')) in (${enough('influencer_id, programme_id, link_number, day')})
         group by influencer_id, programme_id, link_number, toStartOfMinute(ts) having count() >= {least:UInt32})
      group by influencer_id, programme_id, link_number, toStartOfMinute(ts)
     having clicks >= {least:UInt32} and clicks >= visitors * {times:UInt32}
      order by clicks desc limit 1 by link_number limit {most:UInt32}`,
    { least: THRESHOLDS.link.clicksAMinute, times: THRESHOLDS.link.clicksPerVisitor },
  );

type AgentCandidate = Counted<Pick<AgentCount, 'clicks' | 'ofClicks' | 'networks'>> & {
  readonly user_agent: string;
};

/** User agents that have most of an influencer's clicks of a programme, from enough networks; these are told apart last. */
const leadingAgents = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<AgentCandidate[]> =>
  ask(
    clickhouse,
    scope,
    `with leading as (
       select influencer_id, programme_id, argMax(user_agent, own) as agent, sum(own) as of_clicks
         from (select influencer_id, programme_id, user_agent, count() as own
                 from clicks
                where ${SINCE} and ip_prefix != '' and (influencer_id, programme_id) in (${enough('influencer_id, programme_id')})
                group by influencer_id, programme_id, user_agent)
        group by influencer_id, programme_id
       having max(own) >= {least:UInt32} and max(own) * 10000 >= of_clicks * {share:UInt32})
     select influencer_id, programme_id, user_agent, 0 as link_number, any(leading.of_clicks) as "ofClicks",
            count() as clicks, uniqExact(ip_prefix) as networks, ${TIMES}
       from clicks join leading using (influencer_id, programme_id)
      where ${SINCE} and ip_prefix != '' and user_agent = leading.agent
        and (influencer_id, programme_id) in (select influencer_id, programme_id from leading)
      group by influencer_id, programme_id, user_agent having networks >= {networks:UInt32}
      order by clicks desc limit {compared:UInt32}`,
    {
      least: THRESHOLDS.agent.clicks,
      share: THRESHOLDS.agent.shareBps,
      networks: THRESHOLDS.agent.networks,
      compared: COMPARED,
    },
  );

type AgentTotal = {
  /** Place in the lists asked for, from 1; 0 for everything and everybody else. */
  readonly agent: number;
  readonly person: number;
  readonly clicks: number;
};

/** Clicks of the whole platform by some of its user agents and people, the rest of each together. */
const clicksOfAgents = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  agents: readonly string[],
  people: readonly string[],
): Promise<AgentTotal[]> =>
  ask(
    clickhouse,
    scope,
    `select transform(toString(user_agent), {agents:Array(String)}, range(1, {agent_count:UInt32} + 1), 0) as agent,
            transform(influencer_id, {people:Array(String)}, range(1, {people_count:UInt32} + 1), 0) as person,
            count() as clicks
       from clicks where ${SINCE} and ip_prefix != '' group by agent, person`,
    { agents, people, agent_count: agents.length, people_count: people.length },
  );

/**
 * The commonest user agent of an influencer at a programme where it is far commoner than with everybody else on the
 * platform: sums only, of no brand and no person. Others are counted only when somebody's clicks are mostly of one, and
 * the rule is asked here, so that the many whose agent is simply a common one hide nobody.
 */
export async function commonAgents(
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<Counted<AgentCount>[]> {
  const leading = await leadingAgents(clickhouse, scope);
  if (leading.length === 0) return [];
  const agents = [...new Set(leading.map((row) => row.user_agent))];
  const people = [...new Set(leading.map((row) => row.influencer_id))];
  const totals = await clicksOfAgents(clickhouse, scope, agents, people);
  const byAgent = new Map<number, number>();
  const byPerson = new Map<number, number>();
  const byBoth = new Map<string, number>();
  for (const { agent, person, clicks } of totals) {
    byAgent.set(agent, (byAgent.get(agent) ?? 0) + clicks);
    byPerson.set(person, (byPerson.get(person) ?? 0) + clicks);
    byBoth.set(`${agent} ${person}`, clicks);
  }
  const everything = totals.reduce((sum, total) => sum + total.clicks, 0);
  const placeOf = (list: readonly string[]): Map<string, number> =>
    new Map(list.map((one, n) => [one, n + 1]));
  const [places, persons] = [placeOf(agents), placeOf(people)];
  return leading
    .map(({ user_agent, ...row }) => {
      const [agent, person] = [places.get(user_agent)!, persons.get(row.influencer_id)!];
      const own = byBoth.get(`${agent} ${person}`) ?? 0;
      return {
        ...row,
        elsewhere: (byAgent.get(agent) ?? 0) - own,
        ofElsewhere: everything - (byPerson.get(person) ?? 0),
      };
    })
    .filter((count) => agentVelocity(count) !== undefined)
    .slice(0, MOST);
}

export type HoursRow = Counted<{ readonly hours: readonly number[]; readonly days: number }>;

/**
 * Clicks by hour of the day, Almaty, of each influencer and programme whose hours are flat or mostly at night. What is
 * flat is computed in floating point here, so one basis point more is let through.
 */
export const clicksByHour = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
): Promise<HoursRow[]> =>
  ask(
    clickhouse,
    scope,
    `select influencer_id, programme_id, 0 as link_number, countResample(0, 24, 1)(toHour(ts, 'Asia/Almaty')) as hours,
            uniqExact(toDate(ts, 'Asia/Almaty')) as days, ${TIMES},
            count() as total, arraySum(arraySlice(hours, 1, {night_hours:UInt8})) as night,
            arraySum(n -> toFloat64(n) * n, hours) as squares
       from clicks
      where ${SINCE} and (influencer_id, programme_id) in (${enough('influencer_id, programme_id')})
      group by influencer_id, programme_id
     having total >= {least:UInt32} and days >= {days:UInt32}
        and (night * 10000 >= total * {night_share:UInt32}
             or (24 * squares - total * toFloat64(total) - 24 * total) * 10000
                <= total * toFloat64(total) * ({uneven:UInt32} + 1))
      order by total desc limit {most:UInt32}`,
    {
      least: Math.min(THRESHOLDS.flat.clicks, THRESHOLDS.night.clicks),
      days: Math.min(THRESHOLDS.flat.days, THRESHOLDS.night.days),
      night_hours: NIGHT_ENDS,
      night_share: THRESHOLDS.night.shareBps,
      uneven: THRESHOLDS.flat.unevennessBps,
    },
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

type SharedDevice = Omit<OrderDevice, 'clicks'> & {
  /** UInt64 as decimal text: JSON numbers end at 2^53. */
  readonly hash: string;
  readonly user_agent: string;
};

/** Devices (address hash and user agent, the same one within a calendar month) that ordered through several influencers. */
const sharedDevices = (
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  orders: readonly OrderClick[],
): Promise<SharedDevice[]> =>
  ask(
    clickhouse,
    scope,
    `select toString(ip_hash) as hash, user_agent, groupUniqArray(20)(influencer_id) as influencers,
            count() as orders, ${TIMES}
       from clicks
      where (influencer_id, toDate(ts)) in (select arrayJoin(arrayZip({of:Array(String)}, {days:Array(Date)})))
        and click_id in {ids:Array(String)} and ip_prefix != '' and user_agent != ''
      group by ip_hash, user_agent having length(influencers) >= {least:UInt32}
      order by orders desc limit {most:UInt32}`,
    {
      of: orders.map((order) => order.influencerId),
      days: orders.map((order) => order.clickedAt.toISOString().slice(0, 10)),
      ids: orders.map((order) => order.clickId),
      least: THRESHOLDS.orderDevice.influencers,
    },
  );

/** Clicks of each of these devices, in their order; the hash is looked at before the longer text. */
async function clicksOfDevices(
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  devices: readonly SharedDevice[],
): Promise<number[]> {
  const rows = await ask<{ hash: string; user_agent: string; clicks: number }>(
    clickhouse,
    scope,
    `select toString(ip_hash) as hash, user_agent, count() as clicks
       from clicks
      where ${SINCE} and ip_hash in {hashes:Array(UInt64)} and user_agent in {agents:Array(String)}
      group by ip_hash, user_agent`,
    {
      hashes: [...new Set(devices.map((device) => BigInt(device.hash)))],
      agents: [...new Set(devices.map((device) => device.user_agent))],
    },
  );
  const keyOf = (of: { hash: string; user_agent: string }): string => `${of.hash} ${of.user_agent}`;
  const clicks = new Map(rows.map((row) => [keyOf(row), row.clicks]));
  return devices.map((device) => clicks.get(keyOf(device)) ?? 0);
}

/**
 * Devices that ordered through several influencers, and how often each clicked in all: many clicks are an address that
 * a carrier shares out.
 */
export async function orderDevices(
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  orders: readonly OrderClick[],
): Promise<OrderDevice[]> {
  if (orders.length === 0) return [];
  const devices = await sharedDevices(clickhouse, scope, orders);
  if (devices.length === 0) return [];
  const clicks = await clicksOfDevices(clickhouse, scope, devices);
  return devices.flatMap(({ influencers, orders: made, from_ms, to_ms }, n) =>
    clicks[n] === 0 ? [] : [{ influencers, orders: made, clicks: clicks[n]!, from_ms, to_ms }],
  );
}
