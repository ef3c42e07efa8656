import { passesLuhn } from '../../domain/identity/cardNumber';
import { fieldsOf, type Exchange, type Fields } from '../exchange';
import {
  showCardForm,
  showReturnRefused,
  type FormProblem,
  type FormTarget,
} from '../pages/cardForm';
import { answerPage } from '../pages/layout';
import { cardOf, type CardBook } from './cards';

export type CardFormDeps = {
  readonly cards: CardBook;
  readonly now: () => number;
  readonly returnOrigins: readonly string[];
};

/**
 * The provider's hosted page: the card number is typed and stays here, the platform's page gets a token.
 * GET shows it, POST takes the card or the cancel button and sends the browser back.
 */
export function cardForm(deps: CardFormDeps, exchange: Exchange): void {
  const submitted = exchange.method === 'POST' ? fieldsOf(exchange.body ?? {}) : null;
  if (submitted === null && exchange.method !== 'GET') {
    return answerPage(exchange, 405, showReturnRefused(exchange));
  }
  const target = readTarget(deps, exchange);
  if (target === null) return answerPage(exchange, 400, showReturnRefused(exchange));
  const formAction = ["'self'", target.returnUrl.origin];
  if (submitted === null) {
    return answerPage(exchange, 200, showCardForm(exchange, target, []), formAction);
  }
  if (submitted['action'] === 'cancel') return sendBack(exchange, target, { cancelled: '1' });

  const problems = problemsOf(submitted, deps.now());
  const card = problems.length === 0 ? cardOf(digitsOf(submitted['number'])) : null;
  if (card === null) {
    const shown = problems.length > 0 ? problems : (['declined'] as const);
    return answerPage(exchange, 422, showCardForm(exchange, target, shown), formAction);
  }
  const { token, last4, brand } = deps.cards.register({ ...card, formState: target.state });
  sendBack(exchange, target, { token, last4, brand });
}

/**
 * Null unless the address to return to is on the list: a form that sends people and tokens anywhere is a
 * phishing tool, in a sandbox too. `state` and address come in the query at each step.
 */
function readTarget(deps: CardFormDeps, exchange: Exchange): FormTarget | null {
  const address = exchange.query.get('return_url') ?? '';
  const state = exchange.query.get('state') ?? '';
  const returnUrl = URL.canParse(address) ? new URL(address) : null;
  if (!returnUrl || !['http:', 'https:'].includes(returnUrl.protocol)) return null;
  if (returnUrl.username !== '' || returnUrl.password !== '') return null;
  if (!deps.returnOrigins.includes(returnUrl.origin)) return null;
  return /^[\x21-\x7e]{1,512}$/.test(state) ? { returnUrl, state } : null;
}

function sendBack(
  exchange: Exchange,
  target: FormTarget,
  more: Readonly<Record<string, string>>,
): void {
  const url = new URL(target.returnUrl);
  for (const [name, value] of Object.entries({ state: target.state, ...more })) {
    url.searchParams.set(name, value);
  }
  exchange.response.writeHead(303, {
    location: url.href,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  exchange.response.end();
}

function digitsOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\s-]/g, '') : '';
}

function problemsOf(fields: Fields, now: number): FormProblem[] {
  const problems: FormProblem[] = [];
  const digits = digitsOf(fields['number']);
  if (!/^\d{13,19}$/.test(digits) || !passesLuhn(digits)) problems.push('number');
  const expiry = expiryProblem(digitsOf(fields['expiry']), now);
  if (expiry !== null) problems.push(expiry);
  const cvcDigits = /^3[47]/.test(digits) ? 4 : 3;
  if (!new RegExp(`^\\d{${cvcDigits}}$`).test(digitsOf(fields['cvc']))) problems.push('cvc');
  return problems;
}

/** MM/YY; a card is good to the end of its month, in Almaty. */
function expiryProblem(text: string, now: number): 'expiry' | 'expired' | null {
  const match = /^(0[1-9]|1[0-2])\/?(\d{2})$/.exec(text);
  if (!match) return 'expiry';
  const endsAt = Date.UTC(2000 + Number(match[2]), Number(match[1])) - 5 * 3_600_000;
  return now < endsAt ? null : 'expired';
}
