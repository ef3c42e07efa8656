import {
  before,
  changeOf,
  headline,
  movementKind,
  MOVEMENTS,
  type PayeeMoney,
} from '../../domain/ledger/movements';
import { formatTenge } from '../../domain/money';
import { readPayeeBalance, type PayeeBalance } from '../../store/postgres/balances';
import { upcomingReleases } from '../../store/postgres/influencerOrders';
import { findOpenPayout } from '../../store/postgres/influencerPayouts';
import { readWallet, type WalletMovement } from '../../store/postgres/walletEntries';
import { jsonAnswer } from '../answer';
import { pageOf } from '../page';
import { readCursor } from './cursor';
import { payoutRow, preview } from './payouts';
import { seen } from './wall';

const RELEASE_DAYS = 30;

export const moneyOf = (balance: PayeeBalance): unknown => ({
  held: formatTenge(balance.held),
  available: formatTenge(balance.available),
  reserved: formatTenge(balance.reserved),
  debt: formatTenge(balance.debt),
  paid: formatTenge(balance.paid),
  withheld: formatTenge(balance.withheld),
});

export const getWallet = seen(async (deps, _call, viewer, { influencerId, profile }) => {
  const { pool, influencers } = deps;
  const [balance, releases, open, estimate] = await Promise.all([
    readPayeeBalance(pool, influencerId),
    upcomingReleases(pool, influencerId, RELEASE_DAYS),
    findOpenPayout(pool, viewer, influencerId),
    preview(deps, influencerId, profile, undefined),
  ]);
  if (!balance || !estimate) return { problem: 'influencer_not_found' };
  return jsonAnswer(200, {
    currency: 'KZT',
    money: moneyOf(balance),
    minimum: formatTenge(influencers.payoutMinimum),
    estimate,
    releases: releases.map(({ date, amount, orders }) => ({
      date,
      amount: formatTenge(amount),
      orders,
    })),
    payout_in_progress: open ? payoutRow(open) : null,
  });
});

const subjectKind = (id: string): 'order' | 'payout' | 'other' =>
  id.startsWith('cnv_') ? 'order' : id.startsWith('pay_') ? 'payout' : 'other';

type Entry = { readonly movement: WalletMovement; readonly after: PayeeMoney };

const entry = ({ movement, after }: Entry): unknown => {
  const kind = movementKind(movement.reason);
  return {
    id: movement.id,
    at: movement.at,
    kind,
    text: MOVEMENTS[kind],
    amount: formatTenge(headline(kind, changeOf(movement))),
    after: {
      held: formatTenge(after.held),
      available: formatTenge(after.available),
      reserved: formatTenge(after.reserved),
    },
    subject: {
      kind: subjectKind(movement.subject_id),
      id: movement.subject_id,
      title: movement.programme,
    },
  };
};

/** Each movement with the wallet right after it, walked back from the newest. */
function withBalances(movements: readonly WalletMovement[], newest: PayeeMoney): Entry[] {
  let after = newest;
  return movements.map((movement) => {
    const shown = { movement, after };
    after = before(after, changeOf(movement));
    return shown;
  });
}

/** Balances before a movement, as the keys of the next page: there nothing newer is read. */
const keysOf = ({ movement, after }: Entry): readonly string[] => {
  const left = before(after, changeOf(movement));
  return [movement.seq, left.held, left.available, left.reserved].map(String);
};

export const listWalletEntries = seen(async ({ pool }, { query }, viewer, { influencerId }) => {
  const page = readCursor(query, ['bigint', 'amount', 'amount', 'amount']);
  if (!page.ok) return page.error;
  const { after, limit } = page.value;
  const read = await readWallet(pool, viewer, influencerId, after?.[0], limit + 1);
  if (!read) return { problem: 'influencer_not_found' };
  const [, held = '0', available = '0', reserved = '0'] = after ?? [];
  const newest: PayeeMoney = after
    ? { held: BigInt(held), available: BigInt(available), reserved: BigInt(reserved) }
    : read.now;
  return jsonAnswer(200, pageOf(withBalances(read.movements, newest), page.value, keysOf, entry));
});
