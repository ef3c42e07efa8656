import { until } from '../../sandbox/demo/http';
import { addDemoInfluencer, type DemoInfluencer } from '../../sandbox/seed';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import type { TestPlatform } from '../support/platform';
import type { Desk, Json } from './opsDesk';
import { agree, bookOf } from './payoutDesk';

/**
 * Work that is open in every way at once: payouts from asked for to review, orders that are held, travel or have risen.
 * The same steps open and end it whether something happens in between or not, so that both can be compared.
 */
const PAYOUTS = [
  'submitted',
  'answer_lost',
  'never_booked',
  'review',
  'approved',
  'frozen',
  'asked_for',
] as const;
type Payout = (typeof PAYOUTS)[number];
const ORDERS = ['held', 'travelling', 'raised'] as const;
type Order = (typeof ORDERS)[number];

type Asked = { readonly id: string; readonly batchId: string };
type Person = { readonly influencer: DemoInfluencer; readonly conversionId: string };
type Payee = Person & { readonly payout: Asked };
type Buyer = Person & { readonly orderId: string };

export type OpenWork = {
  readonly payouts: Readonly<Record<Payout, Payee>>;
  readonly orders: Readonly<Record<Order, Buyer>>;
  /** Ids of what runs until the work is ended, and of what follows the raise until its hold is over. */
  readonly workflows: readonly string[];
  readonly adjustment: string;
};

/** No payout settles until the partners' clock is moved. */
const HOUR_MS = 3_600_000;
/** Of what is still held at the loss: long enough to be so when everything is open. */
const LAST_HOLD_SECONDS = 20;

const DIALS: Readonly<Partial<Record<Payout, Json>>> = {
  submitted: { mode: 'ok', ms: HOUR_MS },
  answer_lost: { mode: 'http_500_after_accept', ms: HOUR_MS },
  never_booked: { mode: 'http_500' },
  review: { mode: 'wrong_amount' },
};

let people = 0;

async function buyer(on: TestPlatform, shop: 'magnum' | 'wildberries'): Promise<Buyer> {
  const person = { ref: `work${(people += 1)}x`, regime: 'demo_flat_10' };
  const influencer = await addDemoInfluencer(on.db.pool, on.seed, on.data.programmes, person);
  const programme = journey.shopOf(on, shop);
  const { clickId } = await journey.click(on, journey.codeOf(influencer, programme.id));
  const orderId = journey.newOrderId();
  const conversionId = await journey.postback(on, programme, {
    click_id: clickId,
    transaction_id: orderId,
    sale_amount: '10000.00',
    status: shop === 'magnum' ? 'approved' : 'pending',
  });
  return { influencer, conversionId, orderId };
}

const isPayable = (on: TestPlatform, { conversionId }: Person): Promise<Json> =>
  journey.conversionIs(on, conversionId, 'PAYABLE', 90_000);

const ask = async (on: TestPlatform, person: Person): Promise<Payee> => ({
  ...person,
  payout: await journey.requestPayout(on, person.influencer),
});

const payoutIs = (on: TestPlatform, { influencer, payout }: Payee, state: string): Promise<Json> =>
  journey.payoutIs(on, influencer, payout.id, state, 90_000);

const batchWorkflow = async (on: TestPlatform, { payout }: Payee): Promise<string> => {
  const { rows } = await on.db.pool.query<{ period: string }>(
    'select period from payout_batches where id = $1',
    [payout.batchId],
  );
  return contract.batchWorkflowId(rows[0]!.period, 'KZT');
};

/** Sent and not ended, each in its way; and one that is paid, whose order can rise. */
async function sent(desk: Desk, waiting: Map<Payout, Person>, paid: Buyer): Promise<Payee[]> {
  const { on } = desk;
  const payees: Payee[] = [];
  for (const [kind, dial] of Object.entries(DIALS) as [Payout, Json][]) {
    const payee = await ask(on, waiting.get(kind)!);
    await journey.turnDial(on, { ...dial, reference: payee.payout.id });
    payees.push(payee);
  }
  const landed = await ask(on, paid);
  await journey.approve(on, landed.payout.batchId);
  const [submitted, answerLost, neverBooked, review] = payees as [Payee, Payee, Payee, Payee];
  await payoutIs(on, landed, 'paid');
  await until(
    'the provider works on it',
    () => bookOf(desk, submitted.payout.id),
    (book) => book[0]?.state === 'processing',
  );
  await payoutIs(on, submitted, 'submitting');
  await payoutIs(on, answerLost, 'unknown');
  await payoutIs(on, neverBooked, 'unknown');
  await payoutIs(on, review, 'review');
  return payees;
}

async function openPayouts(desk: Desk, raised: Buyer): Promise<Record<Payout, Payee>> {
  const { on } = desk;
  const begun = await Promise.all(PAYOUTS.map(() => buyer(on, 'magnum')));
  await Promise.all([...begun, raised].map((person) => isPayable(on, person)));
  const waiting = new Map(PAYOUTS.map((kind, i) => [kind, begun[i]!]));
  const [submitted, answer_lost, never_booked, review] = (await sent(desk, waiting, raised)) as [
    Payee,
    Payee,
    Payee,
    Payee,
  ];
  await journey.stopPayouts(on, true);
  const approved = await ask(on, waiting.get('approved')!);
  await journey.approve(on, approved.payout.batchId);
  await until(
    'its workflow waits for the stop to be lifted',
    () => isRunning(on, contract.payoutWorkflowId(approved.payout.id)),
    (is) => is,
  );
  const frozen = await ask(on, waiting.get('frozen')!);
  await journey.prepare(on, frozen.payout.batchId);
  const asked_for = await ask(on, waiting.get('asked_for')!);
  return { submitted, answer_lost, never_booked, review, approved, frozen, asked_for };
}

const isRunning = (on: TestPlatform, workflowId: string): Promise<boolean> =>
  on.temporal.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );

/** The raise of an order whose own workflow has ended. Answers the workflow that follows it. */
async function raise(on: TestPlatform, { conversionId, orderId }: Buyer): Promise<string> {
  await on.temporal.workflow.getHandle(contract.conversionWorkflowId(conversionId)).result();
  await on.db.owner.query(
    `update conversions set terms = jsonb_set(terms, '{holdSeconds}', '${LAST_HOLD_SECONDS}') where id = $1`,
    [conversionId],
  );
  await journey.postback(on, journey.shopOf(on, 'magnum'), {
    transaction_id: orderId,
    status: 'approved',
    sale_amount: '15000.00',
    event_version: 2,
  });
  const driver = await until(
    'an adjustment follows the raise',
    async () => {
      const { rows } = await on.db.pool.query<{ driver: string | null }>(
        'select driver from conversions where id = $1 and more_revision is not null',
        [conversionId],
      );
      return rows[0]?.driver ?? '';
    },
    (id) => id.startsWith(`adj/${conversionId}/`),
  );
  return driver;
}

export async function openWork(desk: Desk): Promise<OpenWork> {
  const { on } = desk;
  const raised = await buyer(on, 'magnum');
  const payouts = await openPayouts(desk, raised);
  const { submitted, answer_lost, never_booked, review, approved, frozen, asked_for } = payouts;
  await on.db.owner.query('update programme_terms set hold_seconds = $1', [LAST_HOLD_SECONDS]);
  const [held, travelling] = [await buyer(on, 'magnum'), await buyer(on, 'wildberries')];
  await journey.conversionIs(on, held.conversionId, 'HELD');
  const onItsWay = await journey.conversionIs(on, travelling.conversionId, 'HELD');
  expect(onItsWay).toMatchObject({ reason: { code: 'waiting_for_delivery' }, held_until: null });
  const runs = [submitted, approved, frozen, asked_for].map((payee) => batchWorkflow(on, payee));
  const started = [submitted, answer_lost, never_booked, review, approved];
  const workflows = [
    ...(await Promise.all(runs)),
    ...started.map(({ payout }) => contract.payoutWorkflowId(payout.id)),
    ...[held, travelling].map(({ conversionId }) => contract.conversionWorkflowId(conversionId)),
  ];
  for (const id of workflows)
    await until(
      `${id} runs`,
      () => isRunning(on, id),
      (is) => is,
    );
  // Last of all, because it ends by itself.
  const adjustment = await raise(on, raised);
  return { payouts, orders: { held, travelling, raised }, workflows, adjustment };
}

/** All of it ends: delivered, held long enough, settled, decided, approved. Answers what is left of it, by what it was. */
export async function endWork(desk: Desk, work: OpenWork): Promise<Json> {
  const { on } = desk;
  const { payouts, orders } = work;
  await journey.deliver(on, orders.travelling.orderId);
  await Promise.all(ORDERS.map((kind) => isPayable(on, orders[kind])));
  await journey.stopPayouts(on, false);
  await journey.turnDial(on, { mode: 'ok', reference: payouts.never_booked.payout.id });
  await journey.partnersClock(on, 2 * HOUR_MS);
  const { id } = payouts.review.payout;
  const [booked] = await bookOf(desk, id);
  const wayOut = {
    way_out: 'paid',
    provider_reference: booked!.providerId!,
    paid: '699.00',
  } as const;
  expect(await agree(desk, id, wayOut)).toMatchObject({ state: 'done' });
  for (const kind of ['frozen', 'asked_for'] as const)
    await journey.approve(on, payouts[kind].payout.batchId);
  for (const kind of PAYOUTS) await payoutIs(on, payouts[kind], 'paid');
  const outcome = await outcomeOf(desk, work);
  // The feed of orders goes by our time.
  await journey.partnersClock(on, 0);
  return outcome;
}

/** In the books and at the provider; no ids. */
async function outcomeOf(desk: Desk, { payouts, orders }: OpenWork): Promise<Json> {
  const { on } = desk;
  const person = async ({ influencer, conversionId }: Person): Promise<Json> => {
    const { state, reason, amounts } = await journey.conversion(on, conversionId);
    const { influencer_id: _id, ...balance } = await journey.balance(on, influencer);
    return {
      order: { state, reason, amounts },
      balance,
      posted: await journey.postedOf(on, conversionId),
    };
  };
  const payee = async (one: Payee, kind: Payout): Promise<Json> => {
    const { state, reason, amounts } = await journey.payout(on, one.influencer, one.payout.id);
    const book = await bookOf(desk, one.payout.id);
    return {
      ...(await person(one)),
      payout: { state, reason, amounts, posted: await journey.postedOf(on, one.payout.id) },
      book: book.map(({ state: is, amount, submits }) => ({
        state: is,
        amount,
        submits: kind === 'never_booked' ? 'as often as it takes' : submits,
      })),
    };
  };
  const told: Json = {};
  for (const kind of PAYOUTS) told[kind] = await payee(payouts[kind], kind);
  for (const kind of ORDERS) told[kind] = await person(orders[kind]);
  return told;
}
