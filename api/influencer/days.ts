import { formatTenge } from '../../domain/money';
import { almatyDate } from '../../domain/time';
import { findOwnLink } from '../../store/postgres/influencerLinks';
import { countOrdersByDay } from '../../store/postgres/influencerOrders';
import { jsonAnswer } from '../answer';
import { seen } from './wall';

export const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 14;

/** Midnight in Almaty of the day that `atMs` falls on. */
export const dayStart = (atMs: number): Date =>
  new Date(`${almatyDate(new Date(atMs))}T00:00:00+05:00`);

/** Every day up to today, those without anything too: bars are drawn from it as it is. */
export const listInfluencerDays = seen(async (deps, { query }, viewer, { influencerId }) => {
  const { pool, influencers } = deps;
  const days = Number(query.get('days') ?? DEFAULT_DAYS);
  const linkId = query.get('link_id');
  const link =
    linkId === undefined ? undefined : await findOwnLink(pool, viewer, influencerId, linkId);
  if (linkId !== undefined && !link) return { problem: 'link_not_found' };
  const first = new Date(dayStart(deps.now()).getTime() - (days - 1) * DAY_MS);
  const [orders, clicks] = await Promise.all([
    countOrdersByDay(pool, influencerId, first, link?.number),
    influencers.clicks.byDay(influencerId, almatyDate(first), link?.number),
  ]);
  const found = new Map(orders.map((day) => [day.date, day]));
  const items = Array.from({ length: days }, (_, at) => {
    const date = almatyDate(new Date(first.getTime() + at * DAY_MS));
    const day = found.get(date);
    return {
      date,
      clicks: clicks === null ? null : (clicks.get(date) ?? 0),
      orders: day?.orders ?? 0,
      earned: formatTenge(day?.earned ?? 0n),
    };
  });
  return jsonAnswer(200, { items });
});
