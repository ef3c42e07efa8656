import { formatTenge } from '../../domain/money';
import { almatyDate } from '../../domain/time';
import { readPayeeBalance } from '../../store/postgres/balances';
import { countOrders } from '../../store/postgres/influencerOrders';
import { bestLinkNumbers, findOwnLinks } from '../../store/postgres/influencerLinks';
import { countUnread } from '../../store/postgres/notices';
import type { Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps } from '../handler';
import { DAY_MS, dayStart } from './days';
import { describeLinks } from './linkView';
import { readinessOf } from './readiness';
import { moneyOf } from './wallet';
import { seen } from './wall';

const BEST_DAYS = 30;
const BEST_LINKS = 5;

async function bestLinks(deps: ApiDeps, viewer: Viewer, influencerId: string): Promise<unknown[]> {
  const since = new Date(deps.now() - BEST_DAYS * DAY_MS);
  const numbers = await bestLinkNumbers(deps.pool, influencerId, since, BEST_LINKS);
  const links = await findOwnLinks(deps.pool, viewer, influencerId, numbers);
  const described = await describeLinks(deps, influencerId, links);
  // A deleted link still has its orders, but is shown no more.
  return numbers.flatMap((number) => described.get(number) ?? []);
}

export const getInfluencerHome = seen(async (deps, _call, viewer, { influencerId, profile }) => {
  const { pool, influencers } = deps;
  const today = dayStart(deps.now());
  const week = new Date(today.getTime() - 6 * DAY_MS);
  const [clicks, orders, balance, readiness, links, unread] = await Promise.all([
    influencers.clicks.onDay(influencerId, almatyDate(today)),
    countOrders(pool, influencerId, { today, week }),
    readPayeeBalance(pool, influencerId),
    readinessOf(deps, influencerId, profile.display_name),
    bestLinks(deps, viewer, influencerId),
    countUnread(pool, influencerId),
  ]);
  if (!balance) return { problem: 'influencer_not_found' };
  return jsonAnswer(200, {
    name: profile.display_name,
    clicks_today: clicks,
    clicks_known: clicks !== null,
    orders_today: orders.today,
    orders_7_days: orders.week,
    earned_7_days: formatTenge(orders.earned),
    money: moneyOf(balance),
    readiness,
    best_links: links,
    unread_notices: unread,
  });
});
