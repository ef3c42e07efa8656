import { workExample as workedExample, type ExampleRegime } from '../../domain/commission/example';
import { formatTenge, parseTenge, type Tiyn } from '../../domain/money';
import { unwrap } from '../../domain/result';
import { COMPONENT_NAMES, REGIME_NAMES } from '../../domain/tax/names';
import { TAX_PARAMETERS } from '../../domain/tax/parameters';
import { almatyDate } from '../../domain/time';
import { latestPlatformFee, termsAround } from '../../store/postgres/programmeTerms';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import { brandOf, programmeOf } from './scope';
import { PLATFORM_FEE_BPS } from './terms';

const regimeView = (example: ExampleRegime): unknown => ({
  regime: example.regime,
  name: REGIME_NAMES[example.regime],
  withheld: example.withheld.map(({ component, rate, amount }) => ({
    component,
    name: COMPONENT_NAMES[component],
    rate,
    amount: formatTenge(amount),
  })),
  net: example.net === null ? null : formatTenge(example.net),
  refused: example.refused,
});

type ExampleInput = {
  readonly sale_amount: string;
  readonly terms?: { readonly commission_bps: number };
};

/** The form is checked by the document; only a sum beyond any order is left, and that is not an order. */
const saleOf = (text: string): Tiyn => unwrap(parseTenge(text));

type ExampleTerms = { readonly commissionBps: number; readonly platformFeeBps: number };

function exampleAnswer({ now, mode }: ApiDeps, saleAmount: string, terms: ExampleTerms): Answer {
  const { commissionBps, platformFeeBps } = terms;
  const paymentDate = almatyDate(new Date(now()));
  const example = workedExample({
    sale: saleOf(saleAmount),
    commissionBps,
    platformFeeBps,
    rows: TAX_PARAMETERS,
    mode,
    paymentDate,
  });
  return jsonAnswer(200, {
    terms: { commission_bps: commissionBps, platform_fee_bps: platformFeeBps },
    sale: formatTenge(example.sale),
    commission: formatTenge(example.commission),
    platform_fee: formatTenge(example.platformFee),
    influencer_gross: formatTenge(example.influencerGross),
    payment_date: paymentDate,
    regimes: example.regimes.map(regimeView),
  });
}

export const workExample: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const { sale_amount, terms } = call.body as ExampleInput;
  const { id } = programme.value;
  const current = (await termsAround(deps.pool, [id])).get(id)?.current;
  const commissionBps = terms?.commission_bps ?? current?.commission_bps;
  const platformFeeBps = current?.platform_fee_bps ?? (await latestPlatformFee(deps.pool, id));
  if (commissionBps === undefined || platformFeeBps === undefined)
    return { problem: 'terms_missing' };
  return exampleAnswer(deps, sale_amount, { commissionBps, platformFeeBps });
};

/** Before there is a programme: with the platform's fee that a new one gets. */
export const workBrandExample: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const { sale_amount, terms } = call.body as Required<ExampleInput>;
  return exampleAnswer(deps, sale_amount, {
    commissionBps: terms.commission_bps,
    platformFeeBps: PLATFORM_FEE_BPS,
  });
};
