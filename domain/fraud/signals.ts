import type { Text } from '../conversions/reasons';

/**
 * Signs that clicks or orders are not what they seem. Pure scoring of counts: the stores count, these rules say what
 * is worth a look. A signal refuses nothing by itself; people look at its evidence and decide.
 *
 * Mobile carriers in Kazakhstan put thousands of people behind one address, and browsers have stopped naming phone
 * models, so neither many clicks from one network nor many of one user agent mean anything alone. What tells is how
 * few different visitors (address hash and user agent) they come from, or how unlike everybody else's they are.
 */
export const SIGNAL_CODES = [
  'network_velocity',
  'agent_velocity',
  'link_velocity',
  'flat_hours',
  'night_heavy',
  'orders_too_fast',
  'orders_same_second',
  'orders_one_device',
  'payees_one_device',
] as const;
export type SignalCode = (typeof SIGNAL_CODES)[number];
export type Severity = 'low' | 'medium' | 'high';

/** A number the signal rests on. `threshold` is what it was compared with; null for what only explains. */
export type Evidence = {
  readonly name: EvidenceName;
  readonly value: number;
  readonly threshold: number | null;
};
export type Finding = { readonly severity: Severity; readonly evidence: readonly Evidence[] };

/** Whole numbers; shares in basis points (10,000 = all). docs/fraud.md says where each comes from. */
export const THRESHOLDS = {
  network: { clicksAnHour: 60, clicksPerVisitor: 5 },
  agent: { clicks: 200, networks: 20, shareBps: 6_000, timesElsewhere: 10, clicksElsewhere: 1_000 },
  link: { clicksAMinute: 120, clicksPerVisitor: 4 },
  flat: { clicks: 500, days: 3, unevennessBps: 200 },
  night: { clicks: 300, days: 3, shareBps: 4_000 },
  fast: { seconds: 15, orders: 3, shareBps: 2_000 },
  sameSecond: { orders: 4, shareBps: 8_000 },
  orderDevice: { influencers: 3, clicksPerOrder: 10 },
  payeeDevice: { payees: 4 },
} as const;

const BPS = 10_000;
const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.floor((part * BPS) / whole);

/** How far beyond its threshold the leading number is. */
const severityOf = (value: number, threshold: number): Severity =>
  value >= threshold * 4 ? 'high' : value >= threshold * 2 ? 'medium' : 'low';

const evidence = (
  name: EvidenceName,
  value: number,
  threshold: number | null = null,
): Evidence => ({ name, value, threshold });

/** Clicks of one network (/24 or /48) on one influencer's links within an hour. */
export type NetworkCount = { readonly clicks: number; readonly visitors: number };

export function networkVelocity({ clicks, visitors }: NetworkCount): Finding | undefined {
  const { clicksAnHour, clicksPerVisitor } = THRESHOLDS.network;
  if (clicks < clicksAnHour || clicks < visitors * clicksPerVisitor) return undefined;
  return {
    severity: severityOf(clicks, clicksAnHour),
    evidence: [
      evidence('clicks_an_hour', clicks, clicksAnHour),
      evidence('visitors', visitors),
      evidence('clicks_per_visitor', Math.floor(clicks / Math.max(1, visitors)), clicksPerVisitor),
    ],
  };
}

/** Clicks of one user agent on one influencer's links, of all clicks there, and of everybody else's. */
export type AgentCount = {
  readonly clicks: number;
  readonly ofClicks: number;
  readonly networks: number;
  readonly elsewhere: number;
  readonly ofElsewhere: number;
};

export function agentVelocity(count: AgentCount): Finding | undefined {
  const { clicks, networks, shareBps, timesElsewhere, clicksElsewhere } = THRESHOLDS.agent;
  const own = share(count.clicks, count.ofClicks);
  const others = share(count.elsewhere, count.ofElsewhere);
  if (count.clicks < clicks || count.networks < networks || own < shareBps) return undefined;
  // Without enough clicks of others nobody knows what is usual.
  if (count.ofElsewhere < clicksElsewhere || own < others * timesElsewhere) return undefined;
  return {
    severity: severityOf(count.clicks, clicks),
    evidence: [
      evidence('clicks_of_agent', count.clicks, clicks),
      evidence('networks', count.networks, networks),
      evidence('share_bps', own, shareBps),
      evidence('share_elsewhere_bps', others, Math.floor(own / timesElsewhere)),
    ],
  };
}

/** The busiest minute of one link. A story that goes viral has as many visitors as clicks. */
export function linkVelocity({ clicks, visitors }: NetworkCount): Finding | undefined {
  const { clicksAMinute, clicksPerVisitor } = THRESHOLDS.link;
  if (clicks < clicksAMinute || clicks < visitors * clicksPerVisitor) return undefined;
  return {
    severity: severityOf(clicks, clicksAMinute),
    evidence: [
      evidence('clicks_a_minute', clicks, clicksAMinute),
      evidence('visitors', visitors),
      evidence('clicks_per_visitor', Math.floor(clicks / Math.max(1, visitors)), clicksPerVisitor),
    ],
  };
}

/** Clicks by hour of the day, Almaty, and on how many days there were any. */
export type HourCount = { readonly hours: readonly number[]; readonly days: number };

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/**
 * Squared coefficient of variation of the 24 hours beyond what chance alone gives, in basis points: 0 is as even as
 * dice, people who sleep give thousands. Whole numbers: the squares of large counts are beyond doubles.
 */
export function unevennessBps(hours: readonly number[]): number {
  const n = BigInt(sumOf(hours));
  if (n === 0n) return 0;
  const squares = hours.reduce((sum, one) => sum + BigInt(one) * BigInt(one), 0n);
  const excess = ((24n * squares - n * n - 24n * n) * BigInt(BPS)) / (n * n);
  return Number(excess < 0n ? 0n : excess);
}

export function flatHours({ hours, days }: HourCount): Finding | undefined {
  const { clicks, days: least, unevennessBps: most } = THRESHOLDS.flat;
  const [all, uneven] = [sumOf(hours), unevennessBps(hours)];
  if (all < clicks || days < least || uneven > most) return undefined;
  return {
    severity: severityOf(all, clicks),
    evidence: [
      evidence('unevenness_bps', uneven, most),
      evidence('clicks', all, clicks),
      evidence('days', days, least),
    ],
  };
}

/** Almaty hours before this one are night. */
export const NIGHT_ENDS = 6;

export function nightHeavy({ hours, days }: HourCount): Finding | undefined {
  const { clicks, days: least, shareBps } = THRESHOLDS.night;
  const [all, night] = [sumOf(hours), sumOf(hours.slice(0, NIGHT_ENDS))];
  if (all < clicks || days < least || share(night, all) < shareBps) return undefined;
  return {
    severity: share(night, all) >= 7_000 ? 'high' : 'medium',
    evidence: [
      evidence('night_share_bps', share(night, all), shareBps),
      evidence('clicks', all, clicks),
      evidence('days', days, least),
    ],
  };
}

/** Orders of one influencer at one shop, and those made within seconds of their click. */
export type FastCount = { readonly fast: number; readonly orders: number };

export function ordersTooFast({ fast, orders }: FastCount): Finding | undefined {
  const { seconds, orders: least, shareBps } = THRESHOLDS.fast;
  if (fast < least || share(fast, orders) < shareBps) return undefined;
  return {
    severity: severityOf(fast, least),
    evidence: [
      evidence('fast_orders', fast, least),
      evidence('fast_seconds', seconds),
      evidence('orders', orders),
      evidence('share_bps', share(fast, orders), shareBps),
    ],
  };
}

/** Orders of one influencer in one second, and of everybody at that shop in it: shops report whole batches at once. */
export type SecondCount = { readonly orders: number; readonly ofShop: number };

export function ordersSameSecond({ orders, ofShop }: SecondCount): Finding | undefined {
  const { orders: least, shareBps } = THRESHOLDS.sameSecond;
  if (orders < least || share(orders, ofShop) < shareBps) return undefined;
  return {
    severity: severityOf(orders, least),
    evidence: [
      evidence('orders_in_second', orders, least),
      evidence('share_bps', share(orders, ofShop), shareBps),
    ],
  };
}

/** Orders whose clicks came from one address hash and user agent: for how many influencers, and how busy it is. */
export type DeviceCount = {
  readonly influencers: number;
  readonly orders: number;
  readonly clicks: number;
};

export function ordersOneDevice({ influencers, orders, clicks }: DeviceCount): Finding | undefined {
  const { influencers: least, clicksPerOrder } = THRESHOLDS.orderDevice;
  // An address that a carrier shares out clicks far more than it orders: that is many people, not one.
  if (influencers < least || clicks > orders * clicksPerOrder) return undefined;
  return {
    severity: severityOf(influencers, least),
    evidence: [
      evidence('influencers', influencers, least),
      evidence('orders', orders),
      evidence('clicks', clicks, orders * clicksPerOrder),
    ],
  };
}

/** Influencers whose card or account was set from one network and user agent. */
export function payeesOneDevice({ payees }: { readonly payees: number }): Finding | undefined {
  const { payees: least } = THRESHOLDS.payeeDevice;
  if (payees < least) return undefined;
  return { severity: severityOf(payees, least), evidence: [evidence('payees', payees, least)] };
}

export type EvidenceName = keyof typeof EVIDENCE_TEXTS;

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

export const EVIDENCE_TEXTS = {
  clicks_an_hour: text('кликов за час', 'сағаттағы клик', 'clicks in an hour'),
  clicks_a_minute: text('кликов за минуту', 'минуттағы клик', 'clicks in a minute'),
  clicks_of_agent: text('кликов этого браузера', 'осы браузердің кликтері', 'clicks of this agent'),
  clicks_per_visitor: text('кликов на посетителя', 'бір келушіге клик', 'clicks per visitor'),
  clicks: text('кликов', 'кликтер', 'clicks'),
  visitors: text('разных посетителей', 'әртүрлі келушілер', 'different visitors'),
  networks: text('разных сетей', 'әртүрлі желілер', 'different networks'),
  share_bps: text('доля', 'үлесі', 'share'),
  share_elsewhere_bps: text('доля у остальных', 'басқалардағы үлесі', 'share elsewhere'),
  unevenness_bps: text(
    'неравномерность по часам',
    'сағаттар бойынша біркелкі еместігі',
    'unevenness over hours',
  ),
  night_share_bps: text('доля с 00 до 06', '00–06 аралығындағы үлесі', 'share from 00 to 06'),
  days: text('дней', 'күндер', 'days'),
  orders: text('заказов', 'тапсырыстар', 'orders'),
  fast_orders: text('быстрых заказов', 'тым тез тапсырыстар', 'fast orders'),
  fast_seconds: text('быстрее, секунд', 'секундтан тез', 'faster than, seconds'),
  orders_in_second: text(
    'заказов в одну секунду',
    'бір секундтағы тапсырыстар',
    'orders in one second',
  ),
  influencers: text('разных авторов', 'әртүрлі авторлар', 'different influencers'),
  payees: text('разных получателей', 'әртүрлі алушылар', 'different payees'),
} as const satisfies Readonly<Record<string, Text>>;

export const SIGNAL_TEXTS: Readonly<Record<SignalCode, Text>> = {
  network_velocity: text(
    'Много кликов за час из одной сети от считаных посетителей.',
    'Бір желіден санаулы келушілерден бір сағатта көп клик.',
    'Many clicks in an hour from one network, by few visitors.',
  ),
  agent_velocity: text(
    'Почти все клики назвали один и тот же браузер, которого у других почти нет.',
    'Кликтердің барлығы дерлік басқаларда сирек кездесетін бір браузерді атады.',
    'Nearly all clicks name one user agent that hardly anybody else has.',
  ),
  link_velocity: text(
    'Всплеск кликов по ссылке за минуту от считаных посетителей.',
    'Сілтемеде бір минутта санаулы келушілерден кликтер күрт көбейді.',
    'A burst of clicks on a link within a minute, by few visitors.',
  ),
  flat_hours: text(
    'Клики идут ровно круглые сутки: люди ночью спят.',
    'Кликтер тәулік бойы біркелкі: адамдар түнде ұйықтайды.',
    'Clicks come evenly around the clock; people sleep at night.',
  ),
  night_heavy: text(
    'Слишком много кликов ночью, с 00 до 06 по Алматы.',
    'Түнде, Алматы уақытымен 00–06 аралығында, клик тым көп.',
    'Too many clicks at night, from 00 to 06 in Almaty.',
  ),
  orders_too_fast: text(
    'Заказы оформлены через секунды после клика: человек так не успевает.',
    'Тапсырыстар кликтен кейін бірнеше секундта жасалған: адам үлгере алмайды.',
    'Orders were made seconds after the click; a person is not that fast.',
  ),
  orders_same_second: text(
    'Несколько заказов одного автора в одну и ту же секунду.',
    'Бір автордың бірнеше тапсырысы дәл бір секундта жасалған.',
    'Several orders of one influencer in the very same second.',
  ),
  orders_one_device: text(
    'С одного устройства заказывают по ссылкам разных авторов.',
    'Бір құрылғыдан әртүрлі авторлардың сілтемелерімен тапсырыс беріледі.',
    'One device orders through links of different influencers.',
  ),
  payees_one_device: text(
    'Разные получатели указали карту или счёт с одного устройства и из одной сети.',
    'Әртүрлі алушылар картаны не шотты бір құрылғыдан және бір желіден көрсеткен.',
    'Different payees set their card or account from one device and network.',
  ),
};
