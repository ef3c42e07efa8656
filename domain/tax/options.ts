import { basisPoints, multiply, type Tiyn } from '../money';
import { emptyCumulative } from './cumulative';
import type { Names } from './names';
import { TAX_PARAMETERS, type ParameterRow } from './parameters';
import { taxBase, type BaseMode, type Regime } from './regime';
import { baseModeAt, withhold, type WithheldLine } from './withhold';

/**
 * What a person chooses from at sign-up: the regimes open on a day, facts in plain words, and the net of one
 * sum by the function that withholds from real payouts, so that no promise can differ from a payout.
 */
export type OpenRegime = Exclude<Regime, 'esp'>;

export type TaxOptionTexts = {
  readonly facts: readonly Names[];
  /** declaration: counts at once. registration: waits until the registration was seen. */
  readonly proof: 'declaration' | 'registration';
  readonly proofText: Names;
};

const facts = (ru: string, kk: string, en: string): Names => ({ ru, kk, en });

const REGISTRATION = facts(
  'Номер уведомления о регистрации. Мы сверим его с открытыми данными КГД, до этого деньги ждут.',
  'Тіркеу туралы хабарламаның нөмірі. Біз оны МКК ашық деректерімен салыстырамыз, оған дейін ақша күтеді.',
  'The number of your registration notice. We compare it with the tax committee’s open data; money waits until then.',
);

export const TAX_OPTION_TEXTS: Readonly<Record<OpenRegime, TaxOptionTexts>> = {
  individual_gph: {
    facts: [
      facts(
        'Регистрироваться нигде не нужно.',
        'Еш жерде тіркелу қажет емес.',
        'You need not register anywhere.',
      ),
      facts(
        'Мы удерживаем пенсионные, медицинские и социальные взносы и подоходный налог и сами их перечисляем.',
        'Зейнетақы, медициналық және әлеуметтік жарналар мен табыс салығын біз ұстап, өзіміз аударамыз.',
        'We withhold pension, health and social contributions and income tax, and transfer them for you.',
      ),
      facts(
        'Подходит для небольших сумм: от 12 минимальных зарплат в год нужна регистрация ИП.',
        'Шағын сомаларға лайық: жылына 12 ең төменгі жалақыдан бастап ЖК тіркеуі керек.',
        'For small sums: from 12 minimum wages a year you have to register as an entrepreneur.',
      ),
    ],
    proof: 'declaration',
    proofText: facts(
      'Достаточно вашего подтверждения.',
      'Сіздің растауыңыз жеткілікті.',
      'Your confirmation is enough.',
    ),
  },
  self_employed: {
    facts: [
      facts(
        'Вы зарегистрированы самозанятым в e-Salyq Business и не имеете ИП и работников.',
        'Сіз e-Salyq Business-те өзін-өзі жұмыспен қамтыған ретінде тіркелгенсіз, ЖК мен жұмысшыларыңыз жоқ.',
        'You are registered as self-employed in e-Salyq Business, with no enterprise and no workers.',
      ),
      facts(
        'Мы удерживаем 4 % взносов; подоходного налога нет.',
        'Біз 4 % жарна ұстаймыз; табыс салығы жоқ.',
        'We withhold 4 % of contributions; there is no income tax.',
      ),
      facts(
        'Доход не больше 300 МРП в месяц. Реклама может не входить в список разрешённых занятий: уточните в КГД.',
        'Табыс айына 300 АЕК-тен аспайды. Жарнама рұқсат етілген қызмет тізіміне кірмеуі мүмкін: МКК-дан нақтылаңыз.',
        'Income up to 300 MRP a month. Advertising may not be on the list of permitted activities: ask the tax committee.',
      ),
    ],
    proof: 'registration',
    proofText: REGISTRATION,
  },
  individual_entrepreneur: {
    facts: [
      facts(
        'У вас зарегистрировано ИП.',
        'Сізде ЖК тіркелген.',
        'You are registered as an individual entrepreneur.',
      ),
      facts(
        'Мы ничего не удерживаем: налоги и взносы вы платите сами.',
        'Біз ештеңе ұстамаймыз: салық пен жарнаны өзіңіз төлейсіз.',
        'We withhold nothing: you pay your taxes and contributions yourself.',
      ),
      facts(
        'КГД рекомендует этот статус блогерам, которые зарабатывают постоянно.',
        'МКК бұл мәртебені тұрақты табыс табатын блогерлерге ұсынады.',
        'The tax committee recommends it to bloggers who earn regularly.',
      ),
    ],
    proof: 'registration',
    proofText: REGISTRATION,
  },
  demo_flat_10: {
    facts: [
      facts(
        'Учебный пример: ровно 10 % от вознаграждения. Такого налога не существует.',
        'Оқу мысалы: сыйақының дәл 10 %-ы. Мұндай салық жоқ.',
        'A worked example: exactly 10 % of the commission. There is no such tax.',
      ),
    ],
    proof: 'declaration',
    proofText: facts('Только в тестовом режиме.', 'Тек сынақ режимінде.', 'In test mode only.'),
  },
};

/** In the order they are offered: what needs nothing comes first. */
export const openRegimes = (mode: 'test' | 'live'): readonly OpenRegime[] => [
  'individual_gph',
  'self_employed',
  'individual_entrepreneur',
  ...(mode === 'test' ? (['demo_flat_10'] as const) : []),
];

export const isOpenRegime = (regime: string, mode: 'test' | 'live'): regime is OpenRegime =>
  (openRegimes(mode) as readonly string[]).includes(regime);

export type TaxExample = {
  readonly lines: readonly WithheldLine[];
  readonly withheld: Tiyn;
  readonly net: Tiyn;
};

export type TaxOption = {
  readonly regime: OpenRegime;
  /** null with the code that stops the calculation: such a regime cannot be chosen today. */
  readonly example: TaxExample | null;
  readonly withDeduction: TaxExample | null;
  readonly unavailable: string | null;
};

export type TaxOptionsInput = {
  readonly mode: 'test' | 'live';
  /** `YYYY-MM-DD` in Almaty. */
  readonly date: string;
  readonly commission: Tiyn;
  readonly platformFeeBps: number;
  readonly baseMode?: BaseMode;
  readonly rows?: readonly ParameterRow[];
};

/** Of a first payout in its month: nothing was paid before, no limit is near. */
export function taxOptions(input: TaxOptionsInput): {
  readonly fee: Tiyn;
  readonly options: readonly TaxOption[];
} {
  const { commission } = input;
  const fee = multiply(commission, basisPoints(input.platformFeeBps), 1n, 'half_up');
  const options = openRegimes(input.mode).map((regime): TaxOption => {
    const plain = exampleOf(input, regime, fee, false);
    if (typeof plain === 'string')
      return { regime, example: null, withDeduction: null, unavailable: plain };
    const deducted = regime === 'individual_gph' ? exampleOf(input, regime, fee, true) : null;
    const withDeduction = typeof deducted === 'string' ? null : deducted;
    return { regime, example: plain, withDeduction, unavailable: null };
  });
  return { fee, options };
}

function exampleOf(
  input: TaxOptionsInput,
  regime: OpenRegime,
  fee: Tiyn,
  deductionApplies: boolean,
): TaxExample | string {
  const { mode, date: paymentDate, commission } = input;
  const rows = input.rows ?? TAX_PARAMETERS;
  const baseMode = input.baseMode
    ? ({ ok: true, value: input.baseMode } as const)
    : baseModeAt(rows, paymentDate);
  if (!baseMode.ok) return baseMode.error.code;
  const payable = commission - fee;
  const taxed = withhold({
    rows,
    mode,
    paymentDate,
    regime,
    base: taxBase(baseMode.value, commission, fee),
    payable,
    cumulative: emptyCumulative(regime, paymentDate),
    facts: { deductionApplies, socialCategory: 'none' },
  });
  if (!taxed.ok) return taxed.error.code;
  const { lines, net } = taxed.value;
  return { lines, withheld: payable - net, net };
}
