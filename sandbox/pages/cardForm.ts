import type { Exchange } from '../exchange';
import { html, raw, type Markup, type Page } from './layout';
import { languageOf, text, type Language, type TextKey } from './texts';

/** Where the form was opened from. */
export type FormTarget = { readonly returnUrl: URL; readonly state: string };

export type FormProblem = 'number' | 'expiry' | 'expired' | 'cvc' | 'declined';

/** README.md lists the same numbers. */
const TEST_CARDS: readonly (readonly [number: string, about: TextKey])[] = [
  ['4242 4242 4242 4242', 'card.test.pays'],
  ['5555 5555 5555 4444', 'card.test.pays'],
  ['4000 0000 0000 0002', 'card.test.refuses'],
  ['4000 0000 0000 0341', 'card.test.bounces'],
  ['4000 0000 0000 9979', 'card.test.blocked'],
  ['4000 0000 0000 9995', 'card.test.declined'],
];

/** Groups the digits as they stand on a card and puts the stroke into the date. */
const GROUPING = `
const on = (id, shape) => {
  const field = document.getElementById(id);
  field.addEventListener('input', () => {
    if (field.selectionStart !== field.value.length) return;
    field.value = shape(field.value.replace(/\\D/g, ''));
  });
};
on('number', (digits) => digits.slice(0, 19).replace(/(.{4})(?=.)/g, '$1 '));
on('expiry', (digits) => digits.slice(0, 4).replace(/^(\\d\\d)(?=\\d)/, '$1/'));
`;

/** What was typed is never written back into the page: no card number in any answer. */
export function showCardForm(
  exchange: Exchange,
  target: FormTarget,
  problems: readonly FormProblem[],
): Page {
  const language = languageOf(exchange);
  const t = (key: TextKey, values?: Readonly<Record<string, string>>): string =>
    text(language, key, values);
  const query = new URLSearchParams(exchange.query);
  query.set('lang', language);
  const field = (name: string, label: TextKey, attributes: string): Markup =>
    fieldOf(language, name, label, attributes, problems);
  const body = html`<h1>${t('card.title')}</h1>
    <p class="quiet">${t('card.lead')}</p>
    <p class="notice">${t('card.warning')}</p>
    ${problems.length === 0 ? null : summaryOf(language, problems)}
    <form method="post" action="?${query.toString()}" class="card" novalidate autocomplete="off">
      ${field('number', 'card.number', 'maxlength="23"')}
      <div class="row">
        ${field('expiry', 'card.expiry', 'maxlength="7"')}
        ${field('cvc', 'card.cvc', 'maxlength="4" aria-describedby="cvc-hint"')}
      </div>
      <p class="quiet small" id="cvc-hint">${t('card.cvcHint')}</p>
      <div class="wide">
        <button name="action" value="save">${t('card.submit')}</button>
        <button name="action" value="cancel" class="second">${t('card.cancel')}</button>
      </div>
      <p class="quiet small">${t('card.returns', { origin: target.returnUrl.origin })}</p>
    </form>
    <details>
      <summary>${t('card.tests')}</summary>
      <dl class="card">
        ${TEST_CARDS.map(
          ([number, about]) =>
            html`<dt class="number">${number}</dt>
              <dd>${t(about)}</dd>`,
        )}
      </dl>
    </details>`;
  return { title: t('card.title'), body, narrow: true, script: GROUPING };
}

/** The field a problem stands at; a declined card is nobody's typing error. */
const AT: Readonly<Record<FormProblem, 'number' | 'expiry' | 'cvc'>> = {
  number: 'number',
  declined: 'number',
  expiry: 'expiry',
  expired: 'expiry',
  cvc: 'cvc',
};

function summaryOf(language: Language, problems: readonly FormProblem[]): Markup {
  return html`<div class="card errors" role="alert">
    <h2>${text(language, 'card.problems')}</h2>
    <ul>
      ${problems.map(
        (problem) =>
          html`<li><a href="#${AT[problem]}">${text(language, `card.problem.${problem}`)}</a></li>`,
      )}
    </ul>
  </div>`;
}

function fieldOf(
  language: Language,
  name: string,
  label: TextKey,
  attributes: string,
  problems: readonly FormProblem[],
): Markup {
  const wrong = problems.some((problem) => AT[problem] === name);
  return html`<div class="field">
    <label for="${name}">${text(language, label)}</label>
    <input
      type="text"
      inputmode="numeric"
      id="${name}"
      name="${name}"
      autocomplete="off"
      required
      ${raw(attributes)}
      ${wrong ? raw('aria-invalid="true"') : null}
    />
  </div>`;
}

export function showReturnRefused(exchange: Exchange): Page {
  const language = languageOf(exchange);
  const title = text(language, 'return.title');
  const body = html`<h1>${title}</h1>
    <p class="card">${text(language, 'return.text')}</p>`;
  return { title, body, narrow: true };
}
