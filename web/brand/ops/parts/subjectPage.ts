/** The desk's page of an id, by its prefix: of people, runs, orders, payouts and debts. */
const PAGES: readonly (readonly [prefix: string, page: (id: string) => string])[] = [
  ['inf_', (id) => `/ops/people/${id}`],
  ['bat_', (id) => `/ops/runs/${id}`],
  ['cnv_', (id) => `/ops/conversions?open=${id}`],
  ['dbt_', (id) => `/ops/debts?open=${id}`],
  ['pay_', (id) => `/ops/payout-reviews/${id}`],
];

export const subjectPage = (id: string): string | undefined =>
  PAGES.find(([prefix]) => id.startsWith(prefix))?.[1](id);
