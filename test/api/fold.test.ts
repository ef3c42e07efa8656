import { randomBytes } from 'node:crypto';

import * as fc from 'fast-check';

import { foldOrder, ORDER_STATUSES, type OrderEvent } from '../../domain/intake/fold';
import { formatTenge } from '../../domain/money';
import { postback, startHarness, type Harness, type World } from './harness';

let api: Harness;
let world: World;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
});
afterAll(async () => {
  await api.stop();
  expect(api.violations).toEqual([]);
});

const BASE = Date.UTC(2026, 0, 1);

/** Events as a shop could send them: some numbered, some not, some at the same second. */
const events = fc
  .array(
    fc.record({
      status: fc.constantFrom(...ORDER_STATUSES),
      sale: fc.bigInt({ min: 1n, max: 1_000_000n }),
      numbered: fc.boolean(),
      second: fc.nat(3),
      withClick: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.map((event, i) => ({ ...event, eventVersion: event.numbered ? i + 1 : 0 })));

test('any order of arrival ends in the state of the pure fold', async () => {
  await fc.assert(
    fc.asyncProperty(
      events.chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray(
            list.map((_, i) => i),
            { minLength: list.length },
          ),
        ),
      ),
      async ([list, arrival]) => {
        const transaction_id = randomBytes(8).toString('hex');
        const prefix = randomBytes(6).toString('hex');
        const click_id = api.clickIds.mint(world.linkNumber, Date.now());
        let conversion: unknown;
        for (const i of arrival) {
          const event = list[i]!;
          const answer = await postback(
            api,
            world,
            {
              transaction_id,
              status: event.status,
              sale_amount: formatTenge(event.sale),
              occurred_at: new Date(BASE + event.second * 1000).toISOString(),
              ...(event.eventVersion > 0 ? { event_version: event.eventVersion } : {}),
              ...(event.withClick ? { click_id } : {}),
            },
            { webhookId: `${prefix}.${i}` },
          );
          expect([200, 202]).toContain(answer.status);
          conversion = answer.body['conversion_id'];
        }
        const all = list.map((event): OrderEvent => ({
          ours: false,
          eventVersion: event.eventVersion,
          occurredAtMs: BASE + event.second * 1000,
          status: event.status,
          sale: event.sale,
        }));
        const folded = foldOrder(all as [OrderEvent, ...OrderEvent[]]);
        const { rows } = await api.owner.query(
          `select order_status, sale_tiyn, ordered_at, state, influencer_id,
                  (select count(*)::int from conversion_history where conversion_id = c.id and to_state = 'RECEIVED') as starts,
                  (select payload - 'receiptId' - 'at' - 'requestId' from outbox where subject_id = c.id order by id desc limit 1) as told
             from conversions c where id = $1`,
          [conversion],
        );
        const matched = list.some((event) => event.withClick);
        expect(rows).toEqual([
          {
            order_status: folded.status,
            sale_tiyn: folded.sale,
            ordered_at: new Date(folded.orderedAtMs),
            state: matched ? 'RECEIVED' : 'UNMATCHED',
            influencer_id: matched ? world.influencerId : null,
            starts: matched ? 1 : 0,
            // The workflow's last message says what the row says.
            told: matched
              ? {
                  conversionId: conversion,
                  status: folded.status,
                  sale: formatTenge(folded.sale),
                }
              : null,
          },
        ]);
      },
    ),
    { numRuns: 150 },
  );
});

test('nothing that intake wrote names a row that does not exist', async () => {
  // These tables have no foreign keys (migration 0003 says why), so this is where they are checked.
  const { rows } = await api.owner.query(`
    select (select count(*)::int from receipts r left join conversions c on c.id = r.conversion_id
                   where c.id is null or c.programme_id <> r.programme_id) as receipts,
           (select count(*)::int from conversion_history h left join conversions c on c.id = h.conversion_id
                   where c.id is null) as history,
           (select count(*)::int from outbox o left join conversions c on c.id = o.subject_id where c.id is null) as outbox,
           (select count(*)::int from conversions c
              left join programmes p on p.id = c.programme_id
              left join links l on l.number = c.link_number
             where p.id is null or (c.state <> 'UNMATCHED' and l.influencer_id is distinct from c.influencer_id)
                or (l.number is not null and l.programme_id <> c.programme_id)) as conversions`);
  expect(rows).toEqual([{ receipts: 0, history: 0, outbox: 0, conversions: 0 }]);
});
