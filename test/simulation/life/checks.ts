import { NO_MONEY } from '../../../domain/conversions/standing';
import { splitSale } from '../../../domain/ledger/plans';
import { foldOrder, type OrderEvent } from '../../../domain/intake/fold';
import { eventsOf } from '../model/sql/intake';
import { isOpen } from '../model/sql/payouts';
import { accountOf } from '../model/sql/ledger';
import type { Conversion } from '../model/rows';
import type { World } from './world';

/** What must hold at every moment, looked at from outside: rows and books against each other, never by the code under test. */
type Complain = (what: string) => void;

const RELEASED = ['PAYABLE', 'PAID'];
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, one) => total + one, 0n);

export const bookedOf = (row: Conversion) =>
  RELEASED.includes(row.state) && row.gross_tiyn !== null
    ? { gross: row.gross_tiyn, fee: row.fee_tiyn!, payable: row.payable_tiyn! }
    : NO_MONEY;

/** Promised and not released: the first hold, and a raise after the release. */
export function promisedOf(row: Conversion) {
  const parts = [];
  if (!RELEASED.includes(row.state) && row.accrued_at !== null)
    parts.push({ gross: row.gross_tiyn!, fee: row.fee_tiyn!, payable: row.payable_tiyn! });
  if (row.more_revision !== null)
    parts.push({
      gross: row.more_gross_tiyn!,
      fee: row.more_fee_tiyn!,
      payable: row.more_payable_tiyn!,
    });
  return {
    gross: sum(parts.map((part) => part.gross)),
    fee: sum(parts.map((part) => part.fee)),
    payable: sum(parts.map((part) => part.payable)),
  };
}

function same(complain: Complain, what: string, is: bigint, shouldBe: bigint): void {
  if (is !== shouldBe) complain(`${what} is ${is}, should be ${shouldBe}`);
}

function checkBooks({ db }: World, complain: Complain): void {
  const all = db.accounts.all();
  same(complain, 'sum of all books', sum(all.map((one) => one.posted)), 0n);
  same(
    complain,
    'sum of all promises',
    sum(all.map((one) => one.pending_in - one.pending_out)),
    0n,
  );
}

function checkPayee({ db }: World, id: string, orders: readonly Conversion[], complain: Complain) {
  const account = accountOf(db, `payee:${id}`);
  if (account.posted - account.pending_out < 0n) complain(`balance of ${id} is below zero`);
  const lots = db.lots.where((lot) => lot.influencer_id === id);
  const free = sum(lots.map((lot) => lot.payable_tiyn - lot.consumed_tiyn));
  same(complain, `available of ${id}`, account.posted - account.pending_out, free);
  const open = db.payouts.where((row) => row.influencer_id === id && isOpen(row));
  if (open.length > 1) complain(`${id} has two payouts under way`);
  same(complain, `reserved of ${id}`, account.pending_out, sum(open.map((row) => row.amount_tiyn)));
  const held = sum(orders.map((row) => promisedOf(row).payable));
  same(complain, `held of ${id}`, account.pending_in, held);
  const debts = db.debts.where((debt) => debt.influencer_id === id);
  const owed = sum(
    debts.map((debt) => debt.amount_tiyn - debt.netted_tiyn - debt.written_off_tiyn),
  );
  same(complain, `debt of ${id}`, -accountOf(db, `debt:${id}`).posted, owed);
}

/** What was taken back after it had gone is exactly the debt; what has gone is exactly what payouts and debts took. */
function checkOrder({ db }: World, row: Conversion, complain: Complain): void {
  const lot = db.lots.get(row.id);
  const debts = db.debts.where((debt) => debt.conversion_id === row.id);
  const corrections = db.corrections.where((one) => one.conversion_id === row.id);
  const debt = sum(debts.map((one) => one.amount_tiyn));
  same(complain, `debts of ${row.id}`, debt, sum(corrections.map((one) => one.debt_tiyn)));
  if (!lot) {
    if (bookedOf(row).gross > 0n) complain(`${row.id} is released and has no lot`);
    return;
  }
  same(complain, `lot less debts of ${row.id}`, lot.payable_tiyn - debt, bookedOf(row).payable);
  const taken = db.payoutLots.where(
    (part) =>
      part.conversion_id === row.id &&
      !['refused', 'cancelled'].includes(db.payouts.get(part.payout_id)!.state),
  );
  const netted = db.nettings.where((part) => part.lot_conversion_id === row.id);
  const parts = [...taken, ...netted];
  same(
    complain,
    `taken of ${row.id}`,
    lot.consumed_tiyn,
    sum(parts.map((one) => one.payable_tiyn)),
  );
  const gross = sum(parts.map((one) => one.gross_tiyn));
  same(complain, `gross taken of ${row.id}`, lot.consumed_gross_tiyn, gross);
  if (row.state === 'PAID' && lot.consumed_tiyn !== lot.payable_tiyn)
    complain(`${row.id} is PAID and ${lot.payable_tiyn - lot.consumed_tiyn} of it is not`);
  const moved = sum(
    corrections.map((one) => (one.kind === 'raised' ? one.payable_tiyn : -one.payable_tiyn)),
  );
  const released = sum(
    db.ledger
      .where((tx) => tx.subject === row.id && tx.kind === 'post')
      .map((tx) =>
        sum(tx.entries.filter((one) => one.code.startsWith('payee:')).map((e) => e.amount)),
      ),
  );
  const raised = sum(
    corrections.filter((one) => one.kind === 'raised').map((one) => one.payable_tiyn),
  );
  same(
    complain,
    `released less taken back of ${row.id}`,
    bookedOf(row).payable,
    released - raised + moved,
  );
}

function checkBrands({ db }: World, complain: Complain): void {
  const orders = db.conversions.all();
  for (const brand of db.brands.all()) {
    const own = orders.filter((row) => db.programmes.get(row.programme_id)!.brand_id === brand.id);
    const account = accountOf(db, `advertiser:${brand.id}`);
    same(complain, `owed by ${brand.id}`, -account.posted, sum(own.map((r) => bookedOf(r).gross)));
    const promised = sum(own.map((row) => promisedOf(row).gross));
    same(complain, `promised by ${brand.id}`, account.pending_out, promised);
  }
  const fee = accountOf(db, 'platform:fee');
  same(complain, 'fee', fee.posted, sum(orders.map((row) => bookedOf(row).fee)));
}

function checkPayouts(world: World, complain: Complain): void {
  const { db, provider } = world;
  const payouts = db.payouts.all();
  const paid = payouts.filter((row) => row.state === 'paid');
  const held = accountOf(db, 'clearing:payout');
  same(
    complain,
    'set aside',
    held.pending_in,
    sum(payouts.filter(isOpen).map((row) => row.amount_tiyn)),
  );
  same(
    complain,
    'left by the provider',
    accountOf(db, 'provider:model').posted,
    sum(paid.map((row) => row.provider_tiyn!)),
  );
  for (const row of payouts) {
    const moved = provider.paid(row.id);
    if (moved.length > 1) complain(`${row.id} was paid ${moved.length} times`);
    if (moved.length > 0 && ['refused', 'cancelled', 'requested'].includes(row.state))
      complain(`${row.id} is ${row.state} and its money has left`);
    if (row.state === 'paid' && moved[0]?.amount !== row.provider_tiyn)
      complain(`${row.id} is paid with ${moved[0]?.amount}, booked was ${row.provider_tiyn}`);
    const run = db.batches.get(row.batch_id)!;
    if (moved.length > 0 && run.approved_at === null)
      complain(`${row.id} left and nobody approved`);
    const tax = db.withholdings.where((one) => one.payout_id === row.id);
    const withheld = sum(tax.map((one) => one.amount_tiyn));
    if (row.net_tiyn !== null) same(complain, `tax of ${row.id}`, withheld, row.tax_tiyn!);
  }
}

/** The commission that all events together come to; by the pure fold, from the receipts alone. */
export function worthOf({ db }: World, row: Conversion) {
  const [head, ...rest] = eventsOf(db, row.id) as [OrderEvent, ...OrderEvent[]];
  const { status, sale } = foldOrder([head, ...rest]);
  const terms = row.terms ?? db.programmes.get(row.programme_id)!.terms;
  const isGone = status === 'rejected' || status === 'refunded';
  const split = splitSale(isGone ? 0n : sale, terms.commissionBps, terms.platformFeeBps);
  return { status, sale, split: split.payable > 0n ? split : splitSale(0n, 1, 0) };
}

/** What its shop had taken back, wholly or in part, before the second person said yes: as stored, acted on or not. */
function checkApprovals(world: World, complain: Complain): void {
  const { db, approved } = world;
  for (const run of db.batches.where((row) => row.approved_at !== null && !approved.has(row.id))) {
    approved.add(run.id);
    for (const item of db.payouts.where(
      (row) => row.batch_id === run.id && row.approval_id !== null,
    ))
      for (const part of db.payoutLots.where((one) => one.payout_id === item.id)) {
        const order = db.conversions.get(part.conversion_id)!;
        if (worthOf(world, order).split.gross < bookedOf(order).gross)
          complain(`${item.id} was approved with ${order.id}, which had come back by then`);
      }
  }
}

export function checkNow(world: World, complain: Complain): void {
  const { db } = world;
  checkApprovals(world, complain);
  checkBooks(world, complain);
  const orders = db.conversions.all();
  for (const { id } of db.influencers.all())
    checkPayee(
      world,
      id,
      orders.filter((row) => row.influencer_id === id),
      complain,
    );
  for (const row of orders) checkOrder(world, row, complain);
  checkBrands(world, complain);
  checkPayouts(world, complain);
}
