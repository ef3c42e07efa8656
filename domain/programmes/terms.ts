import type { Text } from '../conversions/reasons';

/** Terms in a sentence, as a person who shares the programme reads them. */
export type TermsInWords = {
  readonly commissionBps: number;
  readonly platformFeeBps: number;
  readonly holdSeconds: number;
  /** What the return period is counted from. */
  readonly holdFrom: 'order' | 'delivery';
  readonly clickWindowSeconds: number;
};

/** 1000 → "10", 750 → "7.5", 1 → "0.01". */
export function percent(bps: number): string {
  const fraction = String(bps % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  const whole = String((bps - (bps % 100)) / 100);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

const UNITS = [
  { seconds: 86_400, ru: ['день', 'дня', 'дней'], kk: 'күн', en: ['day', 'days'] },
  { seconds: 3_600, ru: ['час', 'часа', 'часов'], kk: 'сағат', en: ['hour', 'hours'] },
  { seconds: 60, ru: ['минута', 'минуты', 'минут'], kk: 'минут', en: ['minute', 'minutes'] },
  { seconds: 1, ru: ['секунда', 'секунды', 'секунд'], kk: 'секунд', en: ['second', 'seconds'] },
] as const;

/** CLDR plural of a whole number in Russian: 1 день, 2 дня, 5 дней, 11 дней, 21 день. */
function russianForm(n: number): 0 | 1 | 2 {
  const [tens, ones] = [n % 100, n % 10];
  if (ones === 1 && tens !== 11) return 0;
  return ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? 1 : 2;
}

/** In the largest unit that leaves no rest. */
export function duration(seconds: number): Text {
  const unit = UNITS.find((each) => seconds % each.seconds === 0) ?? UNITS[3];
  const n = seconds === 0 ? 0 : seconds / unit.seconds;
  return {
    ru: `${n} ${unit.ru[russianForm(n)]}`,
    kk: `${n} ${unit.kk}`,
    en: `${n} ${unit.en[n === 1 ? 0 : 1]}`,
  };
}

const COUNTED: Readonly<Record<TermsInWords['holdFrom'], Text>> = {
  order: { ru: 'от заказа', kk: 'тапсырыстан бастап', en: 'from the order' },
  delivery: { ru: 'от доставки', kk: 'жеткізілгеннен бастап', en: 'from the delivery' },
};

export function termsInWords(terms: TermsInWords): Text {
  const [share, fee] = [percent(terms.commissionBps), percent(terms.platformFeeBps)];
  const [hold, window] = [duration(terms.holdSeconds), duration(terms.clickWindowSeconds)];
  const from = COUNTED[terms.holdFrom];
  const comma = (text: string): string => text.replace('.', ',');
  return {
    ru: `${comma(share)} % с заказа, из них ${comma(fee)} % — комиссия платформы. Срок возврата: ${hold.ru} ${from.ru}. Заказ засчитывается, если после клика прошло не больше: ${window.ru}.`,
    kk: `Тапсырыстан ${comma(share)} %, оның ${comma(fee)} %-ы — платформа комиссиясы. Қайтару мерзімі: ${from.kk} ${hold.kk}. Басқаннан кейін ең көбі ${window.kk} ішіндегі тапсырыс есептеледі.`,
    en: `${share} % of an order, of which ${fee} % is the platform’s fee. Return period: ${hold.en} ${from.en}. An order counts within ${window.en} of the click.`,
  };
}
