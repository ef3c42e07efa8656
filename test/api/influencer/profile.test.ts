import { randomBytes } from 'node:crypto';

import type { CardTokenOutcome } from '../../../adapters/ports';
import { BARE_INFLUENCER_OPTIONS } from '../../../api/influencer/deps';
import { advanceConversion } from '../../../activities/conversions/advance';
import { startHarness, type Harness, type World } from '../harness';
import { signedIn } from '../people';
import {
  call,
  conversionDeps,
  ordered,
  ownCalls,
  pluck,
  withRegime,
  withTerms,
  type Own,
} from './money';

const tokens = new Map<string, CardTokenOutcome>();
let api: Harness;

beforeAll(async () => {
  api = await startHarness({
    influencers: {
      ...BARE_INFLUENCER_OPTIONS,
      cards: {
        formUrl: 'https://pay.example/card-form',
        provider: {
          describeToken: (token) => Promise.resolve(tokens.get(token) ?? { kind: 'not_found' }),
        },
      },
    },
  });
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

/** Somebody who just signed up: a row with nothing in it. */
async function newcomer(): Promise<{ world: World; own: Own }> {
  const world = await api.world();
  await api.owner.query(
    `update influencers set display_name = '', iin_sealed = null, iin_index = null, instrument_token = null,
            instrument_last4 = null where id = $1`,
    [world.influencerId],
  );
  return { world, own: await ownCalls(api, world) };
}

const missing = (body: { readiness: { steps: { missing: { code: string } | null }[] } }) =>
  body.readiness.steps.map((step) => step.missing?.code ?? null);

const outbox = async (subjectId: string): Promise<string[]> => {
  const { rows } = await api.owner.query<{ topic: string }>(
    'select topic from outbox where subject_id = $1 order by id',
    [subjectId],
  );
  return rows.map((row) => row.topic);
};

test('sign-up step by step: the checklist empties and every step is in the audit log', async () => {
  const { world, own } = await newcomer();
  const first = await own('GET', '/profile');
  expect(missing(first.body)).toEqual([
    'name_missing',
    'iin_missing',
    'tax_status_missing',
    'instrument_missing',
  ]);
  expect(first.body).toMatchObject({ iin: null, tax_status: null, instrument: null });

  expect((await own('PATCH', '/profile', { name: '  Айгерим ' })).body.name).toBe('Айгерим');
  const iin = await own('POST', '/iin', { iin: '990506 390-000' });
  expect(iin).toMatchObject({ status: 200, body: { iin: '••••••••0000', findings: [] } });
  const status = await own('PUT', '/tax-status', { regime: 'individual_gph', declared: true });
  expect(status.body).toMatchObject({ state: 'confirmed', evidence: 'declaration', missing: null });
  const iban = await own('PUT', '/instrument', { kind: 'iban', iban: 'kz41 722C 0000 0000 0001' });
  expect(iban.body).toMatchObject({ kind: 'iban', last4: '0001', bank: 'Kaspi Bank' });

  const last = await own('GET', '/profile');
  expect(missing(last.body)).toEqual([null, null, null, 'instrument_unsupported']);
  expect(last.body.iin).toBe('••••••••0000');
  const { rows } = await api.owner.query<{ action: string; after: unknown }>(
    'select action, after from audit_log where subject_id = $1 order by id',
    [world.influencerId],
  );
  expect(rows.map((row) => row.action)).toEqual([
    'influencer.rename',
    'influencer.set_iin',
    'influencer.set_tax_status',
    'influencer.set_instrument',
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/990506|722C|Айгерим/);
  const stored = await api.owner.query<{ instrument_sealed: Buffer }>(
    'select instrument_sealed from influencers where id = $1',
    [world.influencerId],
  );
  expect(stored.rows[0]!.instrument_sealed.toString('latin1')).not.toContain('722C');
});

test.each([
  ['990506390001', 422, 'iin_check_digit'],
  ['99050639000', 422, 'iin_not_twelve_digits'],
  ['٩٩٠٥٠٦٣٩٠٠٠١', 422, 'iin_check_digit'],
  ['99050639000Х', 422, 'iin_not_twelve_digits'],
  ['111111111111', 422, 'iin_check_digit'],
])('IIN %s is refused with %s %s', async (iin, status, code) => {
  const { own } = await newcomer();
  expect(await own('POST', '/iin', { iin })).toMatchObject({ status, body: { code } });
});

test('an IIN belongs to one person, is set once, and a refusal says nothing of whose it is', async () => {
  const [a, b] = [await newcomer(), await newcomer()];
  expect((await a.own('POST', '/iin', { iin: '851231390000' })).status).toBe(200);
  const taken = await b.own('POST', '/iin', { iin: '851231390000' });
  expect(taken).toMatchObject({ status: 409, body: { code: 'iin_unusable' } });
  expect(JSON.stringify(taken.body)).not.toContain(a.world.influencerId);
  expect((await a.own('POST', '/iin', { iin: '851231390000' })).status).toBe(200);
  expect((await a.own('POST', '/iin', { iin: '990506390106' })).body.code).toBe('iin_already_set');
  for (let i = 0; i < 12; i++) await b.own('POST', '/iin', { iin: '851231390000' });
  expect((await b.own('POST', '/iin', { iin: '851231390000' })).body.code).toBe('rate_limited');
});

test('two first IINs at once: one is set', async () => {
  const { own } = await newcomer();
  const answers = await Promise.all(
    ['990506390106', '000229390000'].map((iin) => own('POST', '/iin', { iin })),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
});

test('tax options: net from 1,000 tenge by the function that withholds', async () => {
  const { own } = await newcomer();
  const { body } = await own('GET', '/tax-options');
  type Option = { readonly regime: string; readonly example: { readonly net: string } };
  const options = body.options as Option[];
  const net = (regime: string): string | undefined =>
    options.find((option) => option.regime === regime)?.example.net;
  // kz-domain.md F4, base = gross.
  expect(['individual_gph', 'self_employed', 'individual_entrepreneur'].map(net)).toEqual([
    '551.00',
    '760.00',
    '800.00',
  ]);
  expect(net('demo_flat_10')).toBe('700.00');
  expect(pluck(options, 'regime')).not.toContain('esp');
});

test('a registration is pending until ops saw it; gph counts at once; esp and blanks are refused', async () => {
  const { world, own } = await newcomer();
  const put = (body: object) => own('PUT', '/tax-status', { declared: true, ...body });
  const pending = await put({ regime: 'individual_entrepreneur', registration_number: 'KZ12-345' });
  expect(pending.body).toMatchObject({ state: 'pending', missing: { code: 'tax_status_pending' } });
  expect(missing((await own('GET', '/profile')).body)[2]).toBe('tax_status_pending');
  expect((await put({ regime: 'esp' })).body.code).toBe('body_invalid');
  expect(
    (await own('PUT', '/tax-status', { regime: 'individual_gph', declared: false })).body.code,
  ).toBe('body_invalid');
  expect((await put({ regime: 'self_employed', deduction_applies: true })).body.code).toBe(
    'body_invalid',
  );
  expect((await put({ regime: 'individual_gph', deduction_applies: true })).body).toMatchObject({
    state: 'confirmed',
    deduction_applies: true,
  });
  await Promise.all([1, 2, 3].map(() => put({ regime: 'self_employed' })));
  const { rows } = await api.owner.query(
    'select regime, state from payee_statuses where influencer_id = $1 order by id',
    [world.influencerId],
  );
  expect(rows).toEqual([
    { regime: 'individual_entrepreneur', state: 'pending' },
    { regime: 'individual_gph', state: 'confirmed' },
    { regime: 'self_employed', state: 'pending' },
  ]);
  const notices = await own('GET', '/notices');
  expect(pluck(notices.body.items, 'code')).toEqual([
    'tax_status_pending',
    'tax_status_confirmed',
    'tax_status_pending',
  ]);
});

test('money waits with a code that says why, and is heard of when that is mended', async () => {
  const { world, own } = await newcomer();
  await withTerms(api, world);
  const conversionId = await ordered(api, world, 1_000_000n);
  const deps = conversionDeps(api);
  const look = () => advanceConversion(deps, { conversionId });
  expect(await look()).toMatchObject({ waitsFor: 'payee', reason: 'iin_missing' });
  await api.owner.query(
    `update influencers set iin_sealed = '\\x00', iin_index = $2 where id = $1`,
    [world.influencerId, randomBytes(32)],
  );
  await own('PUT', '/tax-status', { regime: 'self_employed', declared: true });
  expect(await look()).toMatchObject({ reason: 'payee_status_pending' });
  await own('PUT', '/tax-status', { regime: 'individual_gph', declared: true });
  expect(await look()).toMatchObject({ reason: 'no_instrument' });
  await own('PUT', '/instrument', { kind: 'iban', iban: 'KZ41722C000000000001' });
  expect(await look()).toMatchObject({ state: 'PAYABLE' });
  expect(await outbox(world.influencerId)).toEqual([
    'payee.updated',
    'payee.updated',
    'payee.updated',
  ]);
});

describe('a card', () => {
  const bring = async (own: Own, token: string) => {
    const form = await own('GET', '/instrument/card-form');
    const url = new URL(form.body.url as string);
    expect(url.searchParams.get('return_url')).toBe(`${api.url}/app/card-return`);
    const state = url.searchParams.get('state')!;
    return { state, put: () => own('PUT', '/instrument', { kind: 'card', token, state }) };
  };
  const known = (token: string, formState: string | null, state: 'active' | 'blocked' = 'active') =>
    tokens.set(token, { kind: 'card', last4: '4242', brand: 'visa', state, formState });

  test('is what the provider says it is, once for each form', async () => {
    const { own } = await newcomer();
    const token = `tok_card_${randomBytes(8).toString('hex')}`;
    const form = await bring(own, token);
    tokens.set(token, { kind: 'unknown', cause: 'lookup:timeout' });
    expect((await form.put()).body.code).toBe('card_check_unavailable');
    known(token, form.state);
    expect(await form.put()).toMatchObject({
      status: 200,
      body: { kind: 'card', last4: '4242', brand: 'visa', stopped: false },
    });
    expect((await form.put()).body.code).toBe('card_form_expired');
  });

  test.each([
    ['an unknown token', undefined, 'card_form_expired'],
    ["somebody else's token", 'another state', 'card_form_expired'],
  ])('%s is refused', async (_what, formState, code) => {
    const { own } = await newcomer();
    const token = `tok_card_${randomBytes(8).toString('hex')}`;
    const form = await bring(own, token);
    if (formState) known(token, formState);
    expect((await form.put()).body.code).toBe(code);
  });

  test('a form of another sign-in, a blocked card, and a card number are refused', async () => {
    const [a, b] = [await newcomer(), await newcomer()];
    const token = `tok_card_${randomBytes(8).toString('hex')}`;
    const form = await bring(a.own, token);
    known(token, form.state);
    const stolen = await b.own('PUT', '/instrument', { kind: 'card', token, state: form.state });
    expect(stolen.body.code).toBe('card_form_expired');
    known(token, form.state, 'blocked');
    expect((await form.put()).body.code).toBe('card_unusable');
    const number = { kind: 'card', token: '4111111111111111', state: form.state };
    expect((await a.own('PUT', '/instrument', number)).body.code).toBe('card_number_forbidden');
    const iban = { kind: 'iban', iban: '4111 1111 1111 1111' };
    expect((await a.own('PUT', '/instrument', iban)).body.code).toBe('card_number_forbidden');
  });

  test('replacing one wants a fresh factor', async () => {
    const world = await api.world();
    const stale = await ownCalls(api, world, 11 * 60_000);
    const iban = { kind: 'iban', iban: 'KZ649650000000000019' };
    expect(await stale('PUT', '/instrument', iban)).toMatchObject({
      status: 403,
      body: { code: 'factor_required' },
    });
    const fresh = await ownCalls(api, world);
    expect((await fresh('PUT', '/instrument', iban)).status).toBe(200);
  });
});

test('every path is 404 for a stranger, open to ops for reading, closed to brands', async () => {
  const [mine, other] = [await api.world(), await api.world()];
  await withTerms(api, other);
  await withRegime(api, other, 'individual_gph');
  const conversionId = await ordered(api, other, 1_000_000n);
  const me = await signedIn(api, 'influencer', mine.influencerId);
  const ops = await signedIn(api, 'ops_auditor', 'ops');
  const brand = await signedIn(api, 'brand_owner', other.brandId);
  const reads = [
    ...['/profile', '/tax-options', '/home', '/programmes', '/catalogue', '/links', '/orders'],
    ...['/wallet', '/wallet/entries', '/payouts', '/notices', `/orders/${conversionId}`],
  ];
  for (const path of reads) {
    const url = `/v1/influencers/${other.influencerId}${path}`;
    expect([path, (await call(api, me, 'GET', url)).body.code]).toEqual([
      path,
      'influencer_not_found',
    ]);
    expect([path, (await call(api, ops, 'GET', url)).status]).toEqual([path, 200]);
    expect([path, (await call(api, brand, 'GET', url)).status]).toEqual([path, 403]);
  }
  const nobody = `/v1/influencers/inf_${'0'.repeat(26)}/wallet`;
  expect((await call(api, ops, 'GET', nobody)).status).toBe(404);
  const own = `/v1/influencers/${mine.influencerId}/orders/${conversionId}`;
  expect((await call(api, me, 'GET', own)).body.code).toBe('conversion_not_found');
});
