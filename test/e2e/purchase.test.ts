import { readLedger } from '../../sandbox/demo/ledgerTable';
import { drivePurchase } from '../../sandbox/demo/purchase';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/** kz-domain.md F4: gross 1000, fee 200, for both readings of the tax base. */
const CASES = [
  { base: 'gross', regime: 'demo_flat_10', tax: '100.00', net: '700.00' },
  { base: 'gross', regime: 'individual_gph', tax: '249.00', net: '551.00' },
  { base: 'gross', regime: 'self_employed', tax: '40.00', net: '760.00' },
  { base: 'gross', regime: 'individual_entrepreneur', tax: '0.00', net: '800.00' },
  { base: 'after_fee', regime: 'individual_gph', tax: '199.00', net: '601.00' },
  { base: 'after_fee', regime: 'self_employed', tax: '32.00', net: '768.00' },
  { base: 'after_fee', regime: 'individual_entrepreneur', tax: '0.00', net: '800.00' },
] as const;

describe.each(['gross', 'after_fee'] as const)('from click to card, taxes on %s', (base) => {
  let test_: TestPlatform;
  beforeAll(async () => {
    test_ = await startTestPlatform({ name: 'purchase', env: { DEMO_TAX_BASE: base } });
  });
  afterAll(() => test_.stop());

  test.each(CASES.filter((one) => one.base === base))(
    '$regime: net $net',
    async ({ regime, tax, net }) => {
      const influencer = test_.data.influencers.find((one) => one.regime === regime)!;
      const result = await drivePurchase({
        urls: test_.platform.urls,
        data: test_.data,
        influencer,
        sale: '10000.00',
        onStep: () => undefined,
      });
      expect(result.amounts).toEqual({ gross: '1000.00', fee: '200.00', tax, net });
      expect(result.payout).toMatchObject({ state: 'paid', providerAmount: net });
      expect(result.conversion.state).toBe('PAID');
      const books = await readLedger(test_.db.pool);
      expect(books.sum).toBe(0n);
    },
  );

  test('the books: everything the brand owes is fee, tax or paid out, and nothing is left in between', async () => {
    const { lines } = await readLedger(test_.db.pool);
    const total = (prefix: string) =>
      lines
        .filter((line) => line.account.startsWith(prefix))
        .reduce((sum, line) => sum + line.posted, 0n);
    expect(total('payee:')).toBe(0n);
    expect(total('clearing:')).toBe(0n);
    expect(total('platform:fee') + total('tax:') + total('provider:')).toBe(-total('advertiser:'));
    expect(lines.every((line) => line.pendingIn === 0n && line.pendingOut === 0n)).toBe(true);
  });

  test('conversion workflows are complete and their histories small', async () => {
    const { rows } = await test_.db.pool.query<{ id: string }>(
      "select id from conversions where state = 'PAID'",
    );
    for (const { id } of rows) {
      const handle = test_.temporal.workflow.getHandle(`conv/${id}`);
      expect(await handle.result()).toEqual({ state: 'PAID', reason: null });
      const { historyLength } = await handle.describe();
      expect(historyLength).toBeLessThanOrEqual(45);
    }
  });
});
