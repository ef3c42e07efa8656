import { readMoney } from '../../../ui/format/money';
import { CONVERSION_STATES, ORDER_STATUSES } from '../states';
import type { ConversionState, DecisionInput, OrderStatus } from '../types';

export const SORTS = ['-ordered_at', 'ordered_at', '-sale', 'sale'] as const;
export type Sort = (typeof SORTS)[number];

/** What the API's list, export and decisions take; only what is set. */
export type OrderFilter = {
  readonly state?: ConversionState;
  readonly order_status?: OrderStatus;
  readonly programme_id?: string;
  readonly influencer?: string;
  readonly query?: string;
  readonly from?: string;
  readonly to?: string;
  readonly min_sale?: string;
  readonly max_sale?: string;
};

/** Parameters of the address that narrow the list. */
export const FILTER_KEYS = [
  'state',
  'status',
  'programme',
  'influencer',
  'q',
  'from',
  'to',
  'min',
  'max',
] as const;

const DAY = /^20\d{2}-\d{2}-\d{2}$/;
const PROGRAMME = /^prg_[0-9a-z]{4,40}$/;
const INFLUENCER = /^(inf_[0-9a-z]{4,40}|[a-z0-9]{4,24})$/;

const matching = (value: string | null, form: RegExp): string | undefined =>
  value && form.test(value) ? value : undefined;

/** The address is typed and shared by people: what the API would refuse is left out. */
export function readOrderFilter(search: URLSearchParams): OrderFilter {
  const found = {
    state: CONVERSION_STATES.find((state) => state === search.get('state')),
    order_status: ORDER_STATUSES.find((status) => status === search.get('status')),
    programme_id: matching(search.get('programme'), PROGRAMME),
    influencer: matching(search.get('influencer')?.trim().toLowerCase() ?? null, INFLUENCER),
    query: search.get('q')?.trim().slice(0, 200) || undefined,
    from: matching(search.get('from'), DAY),
    to: matching(search.get('to'), DAY),
    min_sale: readMoney(search.get('min') ?? '') ?? undefined,
    max_sale: readMoney(search.get('max') ?? '') ?? undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

export const readSort = (search: URLSearchParams): Sort =>
  SORTS.find((sort) => sort === search.get('sort')) ?? '-ordered_at';

export const isFiltered = (filter: OrderFilter): boolean => Object.keys(filter).length > 0;

/** The filter as a decision takes it; null when nothing narrows it (deciding about everything is refused). */
export const decisionFilter = (filter: OrderFilter): DecisionInput['filter'] | null =>
  isFiltered(filter) ? filter : null;
