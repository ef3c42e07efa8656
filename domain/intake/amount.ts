import { plain } from '../plain';

/**
 * Amounts as shops' software prints them: "12 990,00", "12990.00 ₸", "1,234.50". Read only where there is one reading;
 * "1,234" may be a thousand or one and a bit, and is nobody's to guess.
 */
const CLEAN = /^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?$/;
const CURRENCY = /^(?:KZT|₸|тг\.?|тенге|теңге|tenge) ?|(?: ?(?:KZT|₸|тг\.?|тенге|теңге|tenge))$/iu;
const GROUPED_BY_BLANKS = /^([1-9][0-9]{0,2}(?:([ '’])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]([0-9]+))?$/u;
const GROUPED_BY_SIGNS =
  /^([1-9][0-9]{0,2}(?:,[0-9]{3})+)\.([0-9]+)$|^([1-9][0-9]{0,2}(?:\.[0-9]{3})+),([0-9]+)$/;
const GROUPS_ONLY = /^[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:\.[0-9]{3}){2,})$/;
const AMBIGUOUS = /^[1-9][0-9]{0,2}[.,][0-9]{3}$/;
const SIMPLE = /^(0|[1-9][0-9]*)(?:[.,](?:([0-9]+)|-?))?$/;

/** Zeros beyond the second decimal say nothing; any other digit there does. */
const joined = (whole: string, decimals: string | undefined): string => {
  const kept = (decimals ?? '').replace(/^([0-9]{2})0+$/, '$1');
  return kept === '' ? whole : `${whole}.${kept}`;
};

/** The amount with a dot and without groups; null where two readings exist; text that is no amount as it came. */
export function amountText(written: string): string | null {
  if (CLEAN.test(written)) return written;
  const text = plain(written).replace(CURRENCY, '');
  if (AMBIGUOUS.test(text)) return null;
  const blanks = GROUPED_BY_BLANKS.exec(text);
  if (blanks) return joined((blanks[1] ?? '').replace(/[^0-9]/g, ''), blanks[3]);
  const signs = GROUPED_BY_SIGNS.exec(text);
  if (signs)
    return joined((signs[1] ?? signs[3] ?? '').replace(/[^0-9]/g, ''), signs[2] ?? signs[4]);
  if (GROUPS_ONLY.test(text)) return text.replace(/[^0-9]/g, '');
  const simple = SIMPLE.exec(text);
  return simple ? joined(simple[1] ?? '', simple[2]) : written;
}
