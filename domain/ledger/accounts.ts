import type { Account } from './transaction';

/**
 * The chart of accounts. Codes are `<class>:<owner>`; no code carries personal data.
 *
 * | account               | class      | balance means                                             |
 * |-----------------------|------------|-----------------------------------------------------------|
 * | advertiser:<brand>    | advertiser | negative: what the brand owes us                          |
 * | payee:<influencer>    | payee      | posted: payable; pending_in: held; pending_out: reserved  |
 * | platform:fee          | platform   | our fee, earned once posted                               |
 * | platform:rounding     | platform   | remainders of splits                                      |
 * | platform:bad_debt     | platform   | negative: debts of payees that two people gave up          |
 * | debt:<influencer>     | debt       | negative: what the payee owes us for orders that came back |
 * | tax:<component>       | tax        | withheld and owed to the state                            |
 * | provider:<name>       | provider   | negative: prefunded money at the provider; payments raise it |
 * | provider:<name>:differences | provider | negative: paid out beyond what was asked, to be claimed back from the provider |
 * | clearing:payout       | clearing   | the far side of a reserve; zero once every payout is resolved |
 */
export const accounts = {
  advertiser: (brandId: string): Account => ({
    code: `advertiser:${brandId}`,
    class: 'advertiser',
  }),
  payee: (influencerId: string): Account => ({ code: `payee:${influencerId}`, class: 'payee' }),
  fee: { code: 'platform:fee', class: 'platform' } satisfies Account as Account,
  badDebt: { code: 'platform:bad_debt', class: 'platform' } satisfies Account as Account,
  debt: (influencerId: string): Account => ({ code: `debt:${influencerId}`, class: 'debt' }),
  tax: (component: string): Account => ({ code: `tax:${component}`, class: 'tax' }),
  provider: (name: string): Account => ({ code: `provider:${name}`, class: 'provider' }),
  /** Paid out beyond what was asked: a claim on the provider, never the payee's debt. */
  providerDifferences: (name: string): Account => ({
    code: `provider:${name}:differences`,
    class: 'provider',
  }),
  payoutClearing: { code: 'clearing:payout', class: 'clearing' } satisfies Account as Account,
};
