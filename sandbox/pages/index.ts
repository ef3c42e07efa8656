import type { SandboxClock } from '../clock';
import type { SandboxDial } from '../dials';
import type { Exchange } from '../exchange';
import { answerPage, html, type Markup } from './layout';
import { almatyTime } from './outbox';
import { languageOf, text, type Language, type TextKey } from './texts';

/** The way in for people. The example of a card form returns to the first origin that is allowed. */
export function showIndex(exchange: Exchange, returnOrigins: readonly string[]): void {
  const language = languageOf(exchange);
  const t = (key: TextKey): string => text(language, key);
  const [origin] = returnOrigins;
  const item = (path: string | null, name: TextKey, about: TextKey): Markup =>
    html`<li class="card">
      <h2>${path === null ? t(name) : html`<a href="${path}">${t(name)}</a>`}</h2>
      <p class="quiet">${t(about)}</p>
    </li>`;
  const form = new URLSearchParams({ lang: language, state: 'demo', return_url: `${origin}/` });
  const body = html`<h1>${t('index.title')}</h1>
    <p class="quiet">${t('index.lead')}</p>
    <p class="notice">${t('notReal')}</p>
    <ul class="plain">
      ${item(`/sms/outbox?lang=${language}`, 'index.outbox', 'index.outbox.about')}
      ${item(`/mail/outbox?lang=${language}`, 'index.mailbox', 'index.mailbox.about')}
      ${
        origin === undefined
          ? item(null, 'index.cardForm', 'index.cardForm.none')
          : item(`/wooppay/card-form?${form.toString()}`, 'index.cardForm', 'index.cardForm.about')
      }
      ${item(`/dials?lang=${language}`, 'index.dials', 'index.dials.about')}
    </ul>`;
  answerPage(exchange, 200, { title: t('index.title'), body });
}

export function showDials(
  exchange: Exchange,
  dials: readonly SandboxDial[],
  clock: SandboxClock,
): void {
  const language = languageOf(exchange);
  const t = (key: TextKey): string => text(language, key);
  const body = html`<h1>${t('dials.title')}</h1>
    <p class="quiet small">${t('dials.how')}</p>
    <section class="card">
      <h2>${t('dials.clock')}</h2>
      <p class="number">${almatyTime(clock.now())}</p>
      <p class="quiet">${clockText(language, clock.offsetMs())}</p>
    </section>
    ${dials.map((dial) => dialSection(language, dial))}`;
  answerPage(exchange, 200, { title: t('dials.title'), body });
}

function clockText(language: Language, offsetMs: number): string {
  if (offsetMs === 0) return text(language, 'dials.clock.same');
  const hours = (offsetMs / 3_600_000).toFixed(2).replace(/\.?0+$/, '');
  return text(language, 'dials.clock.moved', { hours: offsetMs > 0 ? `+${hours}` : hours });
}

function dialSection(language: Language, dial: SandboxDial): Markup {
  const { value: now, remaining } = dial.current();
  const modes = dial.values.map((value) => {
    const more =
      remaining === null
        ? null
        : html` · ${text(language, 'dials.remaining', { count: String(remaining) })}`;
    const badge = html` <span class="badge">${text(language, 'dials.now')}${more}</span>`;
    const about = html`<code>${value}</code> ${text(language, dial.about(value))}`;
    return value === now ? html`<li data-now>${about}${badge}</li>` : html`<li>${about}</li>`;
  });
  return html`<section class="card">
    <h2>${text(language, dial.partnerName)}: ${text(language, dial.title)}</h2>
    <ul class="plain modes">
      ${modes}
    </ul>
  </section>`;
}
