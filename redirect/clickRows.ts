import { readAgent, type Agent } from '../domain/clicks/agent';
import { appOf, appOfReferrer, readApp, referrerHost } from '../domain/clicks/app';
import {
  ClickBlock,
  NOT_NUMBERED,
  placeTexts,
  visitTexts,
  type PlacePart,
  type VisitPart,
} from './clickBlock';
import type { Place, Visit } from './clickLine';
import { ClickReader } from './clickReader';
import { createMonthlyMask } from './ipMask';
import { RecentMap } from './recentMap';

type Source = Readonly<Record<'device' | 'os' | 'app' | 'browser' | 'referrer_host', string>>;

function readSource({ device, os, app, browser }: Agent, { referrer, app: told }: Visit): Source {
  const where = appOf(app, readApp(told), appOfReferrer(referrer));
  return { device, os, app: where ?? '', browser, referrer_host: referrerHost(referrer) };
}

const placeOf = (click: Place): PlacePart => ({
  ...NOT_NUMBERED,
  influencer: click.influencer,
  linkNumber: click.link,
  texts: placeTexts({
    influencer_id: click.influencer,
    programme_id: click.programme,
    target_host: click.host,
    target_url: click.url,
    product_key: click.product ?? '',
  }),
});

const MAX_AGENTS = 10_000;

function visitOf(click: Visit, agent: Agent): VisitPart {
  const [sub1 = '', sub2 = '', sub3 = '', sub4 = '', sub5 = ''] = click.sub ?? [];
  return {
    ...NOT_NUMBERED,
    billable: click.reason ? 0 : 1,
    unique: click.reason || click.repeat ? 0 : 1,
    texts: visitTexts({
      user_agent: click.ua,
      referrer: click.referrer,
      accept_language: click.lang,
      ...{ sub1, sub2, sub3, sub4, sub5 },
      reason: click.reason ?? '',
      way: click.way ?? '',
      ...readSource(agent, click),
    }),
  };
}

/** Rows of the table, and how many lines were no clicks. */
export type ClickRows = { readonly block: ClickBlock; readonly broken: number };

/** A line has at least this: its names, an id and a time. */
const MIN_LINE_BYTES = 128;

/** Rows of the table from lines of the log: the same rows for the same lines, whenever it is asked. */
export function createClickRows(ipHashKey: Buffer): (bytes: Buffer) => Promise<ClickRows> {
  const mask = createMonthlyMask(ipHashKey);
  const agents = new RecentMap<string, Agent>(MAX_AGENTS);
  const agentOf = (userAgent: string): Agent => {
    let agent = agents.get(userAgent);
    if (!agent) {
      agent = readAgent(userAgent);
      agents.set(userAgent, agent);
    }
    return agent;
  };
  const reader = new ClickReader<PlacePart, VisitPart>({
    place: placeOf,
    visit: (click) => visitOf(click, agentOf(click.ua)),
  });
  return async (bytes) => {
    const block = new ClickBlock(Math.floor(bytes.length / MIN_LINE_BYTES));
    const broken = await reader.read(bytes, (id, tsMs, ip, place, visit) =>
      block.add(id, tsMs, mask(ip, tsMs), place, visit),
    );
    return { block, broken };
  };
}
