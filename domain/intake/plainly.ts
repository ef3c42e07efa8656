import { plain } from '../plain';
import { err, ok, type Result } from '../result';
import { amountText } from './amount';
import { momentText } from './moment';
import { orderId } from './orderId';
import { CLICK_ID_ALIASES, type PostbackFault } from './postback';

/**
 * What a shop's software said, apart from how it spelled it: run before the schema, so that the schema, the reader and
 * the comparison with what is stored see one spelling. Nothing is guessed: what has two readings is refused by name.
 */
type Fields = Record<string, unknown>;

/** Visible ASCII without blanks, in the form nearly every shop sends. */
const WORD = /^[\x21-\x7e]+$/;
const TENGE = /^(?:KZT|398|₸|тг\.?|тенге|теңге|tenge)$/i;
const INTEGER = /^[0-9]{1,10}$/;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nothing was said: null, or a text of blanks. */
const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && !WORD.test(value) && plain(value) === '');

const numberOf = (value: unknown): unknown => {
  const text = typeof value === 'string' ? plain(value) : '';
  return INTEGER.test(text) ? Number(text) : value;
};

const TEXTS = ['event', 'status', 'promo_code'] as const;
/** Left out, null and empty mean the same for these. */
const OPTIONAL = [
  ...CLICK_ID_ALIASES,
  'event',
  'sale_amount',
  'currency',
  'promo_code',
  'items',
  'occurred_at',
  'event_version',
] as const;

function amountIn(fields: Fields, name: string, pointer: string): PostbackFault | undefined {
  const said = fields[name];
  if (typeof said !== 'string') return undefined;
  const amount = amountText(said);
  if (amount === null) return { code: 'sale_amount_ambiguous', pointer };
  fields[name] = amount;
  return undefined;
}

function itemsIn(fields: Fields): PostbackFault | undefined {
  const { items } = fields;
  if (!Array.isArray(items)) return undefined;
  for (const [i, item] of (items as unknown[]).entries()) {
    if (!isObject(item)) continue;
    for (const name of ['sku', 'category', 'quantity', 'price'])
      if (isNothing(item[name])) delete item[name];
    if (typeof item['quantity'] === 'string') item['quantity'] = numberOf(item['quantity']);
    const fault = amountIn(item, 'price', `/items/${i}/price`);
    if (fault) return fault;
  }
  return undefined;
}

/** Longer than anything of ours: a shop's own tag under a name that may also hold our id. */
const MOST_CLICK_ID = 256;

function codesIn(fields: Fields): void {
  for (const name of CLICK_ID_ALIASES) {
    const said = fields[name];
    if (said === undefined) continue;
    if (typeof said !== 'string' || said.length > MOST_CLICK_ID) delete fields[name];
    else if (!WORD.test(said)) fields[name] = plain(said);
  }
  for (const name of TEXTS) {
    const said = fields[name];
    if (typeof said === 'string' && !WORD.test(said)) fields[name] = plain(said);
  }
}

/** Changes the fields of the body it is given, which nobody else holds. */
export function plainly(body: unknown): Result<unknown, PostbackFault> {
  if (!isObject(body)) return ok(body);
  for (const name of OPTIONAL) if (isNothing(body[name])) delete body[name];
  codesIn(body);
  const { transaction_id: id, currency, occurred_at: at, event_version: version } = body;
  if (typeof id === 'string') body['transaction_id'] = orderId(id);
  if (typeof currency === 'string' && currency !== 'KZT' && TENGE.test(plain(currency)))
    body['currency'] = 'KZT';
  if (typeof at === 'string') body['occurred_at'] = momentText(at);
  if (typeof version === 'string') body['event_version'] = numberOf(version);
  const fault = amountIn(body, 'sale_amount', '/sale_amount') ?? itemsIn(body);
  return fault ? err(fault) : ok(body);
}
