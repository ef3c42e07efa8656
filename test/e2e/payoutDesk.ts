import { call, until } from '../../sandbox/demo/http';
import type { DemoInfluencer } from '../../sandbox/seed';
import * as contract from '../../workflows/contract';
import * as journey from '../support/journey';
import type { Desk, Json, Person, Told } from './opsDesk';

/** Steps of single payouts, as people of ops and the provider make them. */
export type Asked = {
  readonly payee: DemoInfluencer;
  readonly id: string;
  readonly batchId: string;
};

/** Prepared by one person, approved by another with the total they saw. */
export async function approveRun(desk: Desk, batchId: string): Promise<void> {
  const [maker, checker] = [await desk.person('ops_maker'), await desk.person('ops_checker')];
  const path = `/v1/payout-batches/${batchId}`;
  const prepared = await desk.send(maker, 'POST', `${path}/prepare`, {});
  const approved = await desk.send(checker, 'POST', `${path}/approve`, {
    expected_total: prepared.body['total'],
  });
  expect(approved).toMatchObject({ status: 200, body: { state: 'approved' } });
}

export async function ask(desk: Desk): Promise<Asked> {
  const payee = await desk.payable();
  return { payee, ...(await journey.requestPayout(desk.on, payee)) };
}

/** A payout of 700.00 net on its way to a provider that behaves as the dial says, for this reference alone. */
export async function sendOut(desk: Desk, dial?: Json): Promise<Asked> {
  const asked = await ask(desk);
  if (dial) await journey.turnDial(desk.on, { reference: asked.id, ...dial });
  await approveRun(desk, asked.batchId);
  return asked;
}

export const stateIs = (desk: Desk, { payee, id }: Asked, state: string): Promise<Json> =>
  journey.payoutIs(desk.on, payee, id, state);

export type Booked = journey.BookEntry & {
  readonly providerId?: string;
  readonly destination?: string;
};

/** What the provider booked or saw under a payout's references, all attempts. */
export const bookOf = async (desk: Desk, id: string): Promise<Booked[]> =>
  ((await journey.providerBook(desk.on)) as Booked[]).filter(
    ({ reference }) => reference === id || reference.startsWith(`${id}.`),
  );

export const paidOnce = async (desk: Desk, id: string, amount: string): Promise<void> => {
  const paid = (await bookOf(desk, id)).filter(({ state }) => state === 'paid');
  expect(paid).toEqual([expect.objectContaining({ amount })]);
};

export const workflowOf = (desk: Desk, id: string) =>
  desk.on.temporal.workflow.getHandle(contract.payoutWorkflowId(id));

export const timing = {
  submitTimeoutMs: 5_000,
  statusFirstMs: 100,
  statusMaxMs: 500,
  notFoundWaitMs: 300,
  unknownGiveUpMs: 600_000,
  stoppedPollMs: 100,
} satisfies contract.PayoutTiming;

/** Starts the payout's workflow as anybody with a Temporal client could. */
export const startItem = (desk: Desk, { id, batchId }: { id: string; batchId: string }) =>
  desk.on.temporal.workflow.start('payoutItem', {
    workflowId: contract.payoutWorkflowId(id),
    taskQueue: contract.TASK_QUEUE.payouts,
    args: [{ payoutId: id, batchId, timing } satisfies contract.PayoutItemInput],
  });

export async function eventsOf(desk: Desk, id: string): Promise<number> {
  const { events } = await workflowOf(desk, id).fetchHistory();
  return events?.length ?? 0;
}

/** The activity the workflow waits for now, with how often it was tried. */
export async function pendingOf(
  desk: Desk,
  id: string,
): Promise<{ type: string; attempt: number }> {
  // Not there before the run has started it.
  const described = await workflowOf(desk, id)
    .describe()
    .catch(() => undefined);
  const [pending] = described?.raw.pendingActivities ?? [];
  return { type: pending?.activityType?.name ?? '', attempt: pending?.attempt ?? 0 };
}

export const stopPayouts = (desk: Desk, isOn: boolean): Promise<unknown> =>
  journey.stopPayouts(desk.on, isOn);

type WayOut =
  | { readonly way_out: 'paid'; readonly provider_reference: string; readonly paid: string }
  | { readonly way_out: 'void' | 'resend' };

export async function propose(desk: Desk, id: string, body: WayOut, maker?: Person): Promise<Told> {
  const who = maker ?? (await desk.person('ops_maker'));
  const reason = 'seen in the statement of the provider';
  return desk.send(who, 'POST', `/v1/payouts/${id}/review/proposals`, { ...body, reason });
}

/** Two people agree; answers the proposal once it is done or has failed. */
export async function agree(desk: Desk, id: string, body: WayOut): Promise<Json> {
  const proposed = await propose(desk, id, body);
  expect([proposed.status, proposed.body['code']]).toEqual([201, undefined]);
  const checker = await desk.person('ops_checker');
  const path = `/v1/payouts/${id}/review/proposals/${String(proposed.body['id'])}/decision`;
  const decided = await desk.send(checker, 'POST', path, { decision: 'confirm' });
  expect(decided).toMatchObject({ status: 200, body: { state: 'confirmed' } });
  return until(
    'the way out is done or has failed',
    async () => (await desk.send(checker, 'GET', `/v1/payouts/${id}`)).body['way_out'] as Json,
    ({ state }) => state === 'done' || state === 'failed',
    30_000,
  );
}

/** The provider calls back, as anybody could. */
export const callBack = (desk: Desk, reference: string): Promise<unknown> =>
  call('POST', `${desk.on.platform.urls.api}/v1/callbacks/wooppay`, {
    body: { reference_id: reference, status: 4 },
    expect: [202],
  });

export const sumsOfLedger = (desk: Desk, id: string): Promise<Record<string, bigint>> =>
  journey.postedOf(desk.on, id);
