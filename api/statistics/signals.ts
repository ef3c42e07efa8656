import {
  agentVelocity,
  EVIDENCE_TEXTS,
  flatHours,
  linkVelocity,
  networkVelocity,
  nightHeavy,
  ordersOneDevice,
  ordersSameSecond,
  ordersTooFast,
  payeesOneDevice,
  SIGNAL_TEXTS,
  type Finding,
  type SignalCode,
} from '../../domain/fraud/signals';
import {
  busyLinks,
  busyNetworks,
  clicksByHour,
  commonAgents,
  orderDevices,
  type Counted,
  type FraudScope,
} from '../../store/clickhouse/fraudSignals';
import type { ClickHouseClient } from '../../store/clickhouse/client';
import { readPeople } from '../../store/postgres/brandFigures';
import { namesOfLinks, namesOfProgrammes, type NamedLink } from '../../store/postgres/clickNames';
import {
  clicksOfOrders,
  countFastOrders,
  countPayeeDevices,
  countSameSecond,
  type FraudOrdersScope,
} from '../../store/postgres/fraudSignals';
import { linkName } from '../../domain/links/name';
import { linkStanding } from '../../domain/links/standing';
import { orUnknown } from '../brand/figures';
import type { ApiDeps } from '../handler';

/** A finding with what it is about, before names. */
export type Signal = Finding & {
  readonly code: SignalCode;
  readonly influencerIds: readonly string[];
  readonly programmeId: string | null;
  readonly linkNumber: number | null;
  readonly from: Date;
  readonly to: Date;
};

/** Orders whose clicks are looked up: the newest, so that an answer stays a matter of seconds. */
const MAX_TRACED = 5_000;

function signal(code: SignalCode, row: Counted<unknown>, finding: Finding | undefined): Signal[] {
  if (!finding) return [];
  return [
    {
      ...finding,
      code,
      influencerIds: [row.influencer_id],
      programmeId: row.programme_id,
      linkNumber: row.link_number === 0 ? null : row.link_number,
      from: new Date(row.from_ms),
      to: new Date(row.to_ms),
    },
  ];
}

async function clickSignals(
  clickhouse: ClickHouseClient,
  scope: FraudScope,
  orders: Awaited<ReturnType<typeof clicksOfOrders>>,
): Promise<Signal[]> {
  const [networks, links, agents, hours, devices] = await Promise.all([
    busyNetworks(clickhouse, scope),
    busyLinks(clickhouse, scope),
    commonAgents(clickhouse, scope),
    clicksByHour(clickhouse, scope),
    orderDevices(clickhouse, scope, orders),
  ]);
  return [
    ...networks.flatMap((row) => signal('network_velocity', row, networkVelocity(row))),
    ...agents.flatMap((row) => signal('agent_velocity', row, agentVelocity(row))),
    ...links.flatMap((row) => signal('link_velocity', row, linkVelocity(row))),
    ...hours.flatMap((row) => [
      ...signal('flat_hours', row, flatHours(row)),
      ...signal('night_heavy', row, nightHeavy(row)),
    ]),
    ...devices.flatMap(({ influencers, orders: count, clicks, from_ms, to_ms }): Signal[] => {
      const finding = ordersOneDevice({ influencers: influencers.length, orders: count, clicks });
      if (!finding) return [];
      const [from, to] = [new Date(from_ms), new Date(to_ms)];
      const subject = { influencerIds: influencers, programmeId: null, linkNumber: null };
      return [{ ...finding, code: 'orders_one_device', ...subject, from, to }];
    }),
  ];
}

async function orderSignals({ pool }: ApiDeps, scope: FraudOrdersScope): Promise<Signal[]> {
  const [fast, seconds] = await Promise.all([
    countFastOrders(pool, scope),
    countSameSecond(pool, scope),
  ]);
  const about = (
    row: (typeof fast)[number] | (typeof seconds)[number],
  ): Omit<Signal, 'code' | keyof Finding> => ({
    influencerIds: [row.influencer_id],
    programmeId: row.programme_id,
    linkNumber: null,
    from: row.from_at,
    to: row.to_at,
  });
  return [
    ...fast.flatMap((row): Signal[] => {
      const finding = ordersTooFast(row);
      return finding ? [{ ...finding, ...about(row), code: 'orders_too_fast' }] : [];
    }),
    ...seconds.flatMap((row): Signal[] => {
      const finding = ordersSameSecond(row);
      return finding ? [{ ...finding, ...about(row), code: 'orders_same_second' }] : [];
    }),
  ];
}

/** What only operators see: it is about people's accounts, which are not a brand's business. */
export async function payeeSignals(
  { pool }: ApiDeps,
  since: Date,
  influencerId: string | undefined,
): Promise<Signal[]> {
  const devices = await countPayeeDevices(pool, since, influencerId);
  return devices.flatMap(({ payees, influencers, from_at, to_at }): Signal[] => {
    const finding = payeesOneDevice({ payees });
    if (!finding) return [];
    const subject = { influencerIds: influencers, programmeId: null, linkNumber: null };
    return [{ ...finding, code: 'payees_one_device', ...subject, from: from_at, to: to_at }];
  });
}

export type Found = { readonly signals: readonly Signal[]; readonly clicksKnown: boolean };

export async function findSignals(
  deps: ApiDeps,
  scope: FraudOrdersScope,
  programmeIds: readonly string[] | undefined,
): Promise<Found> {
  const { influencerId, since } = scope;
  const orders = await clicksOfOrders(deps.pool, scope, MAX_TRACED);
  const [ofOrders, ofClicks] = await Promise.all([
    orderSignals(deps, scope),
    orUnknown(
      deps,
      deps.clickhouse &&
        clickSignals(deps.clickhouse, { programmeIds, influencerId, since }, orders),
    ),
  ]);
  return { signals: [...(ofClicks ?? []), ...ofOrders], clicksKnown: ofClicks !== undefined };
}

const linkView = (link: NamedLink): unknown => ({
  id: link.id,
  title: linkName({
    title: link.title,
    targetUrl: link.target_url,
    programme: link.programme_name,
  }),
  standing: linkStanding({
    state: link.state,
    takenDown: link.taken_down,
    expired: link.expired,
  }),
});

const RANK = { high: 0, medium: 1, low: 2 } as const;

/** Gravest first, then newest; with the names that the viewer may see. */
export async function describeSignals(
  { pool }: ApiDeps,
  scope: Pick<FraudOrdersScope, 'viewer'>,
  signals: readonly Signal[],
): Promise<unknown[]> {
  const [people, programmes, links] = await Promise.all([
    readPeople(pool, [...new Set(signals.flatMap((one) => one.influencerIds))]),
    namesOfProgrammes(pool, scope.viewer, [
      ...new Set(signals.flatMap((s) => s.programmeId ?? [])),
    ]),
    namesOfLinks(pool, scope.viewer, [...new Set(signals.flatMap((s) => s.linkNumber ?? []))]),
  ]);
  const person = (id: string): unknown => {
    const { ref = '', display_name = '' } = people.get(id) ?? {};
    return { id, ref, display_name };
  };
  return [...signals]
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.to.getTime() - a.to.getTime())
    .map((one) => {
      const link = one.linkNumber === null ? undefined : links.get(one.linkNumber);
      const { programmeId } = one;
      return {
        signal: { code: one.code, ...SIGNAL_TEXTS[one.code] },
        severity: one.severity,
        influencers: one.influencerIds.map(person),
        programme:
          programmeId === null
            ? null
            : { id: programmeId, name: programmes.get(programmeId) ?? programmeId },
        link: link ? linkView(link) : null,
        from: one.from.toISOString(),
        to: one.to.toISOString(),
        evidence: one.evidence.map(({ name, value, threshold }) => ({
          number: { code: name, ...EVIDENCE_TEXTS[name] },
          value,
          threshold,
        })),
      };
    });
}
