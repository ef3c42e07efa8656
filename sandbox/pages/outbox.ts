import type { Exchange } from '../exchange';
import type { SmsBook, SmsEntry } from '../sms/book';
import { answerPage, html, type Markup } from './layout';
import { languageOf, text, type Language } from './texts';

const SHOWN = 100;

/**
 * Fetches the page anew and swaps the list: no reload, so focus and scroll stay where they were. A template
 * keeps the rest inert: the new page's style has another nonce and would be reported as a violation.
 */
const REFRESH = `
const auto = document.getElementById('auto');
auto.closest('label').hidden = false;
setInterval(async () => {
  if (!auto.checked || document.hidden) return;
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    if (!response.ok) return;
    const page = document.createElement('template');
    page.innerHTML = await response.text();
    const fresh = page.content.getElementById('list');
    const list = document.getElementById('list');
    if (fresh && fresh.innerHTML !== list.innerHTML) list.replaceChildren(...fresh.childNodes);
  } catch {}
}, 2000);
`;

/** `phone`: digits to show alone, or null. */
export function showOutbox(exchange: Exchange, book: SmsBook, phone: string | null): void {
  const language = languageOf(exchange);
  const t = (key: Parameters<typeof text>[1]): string => text(language, key);
  const entries = book.list(phone).slice(0, SHOWN);
  const empty = t(phone === null ? 'outbox.empty' : 'outbox.emptyFilter');
  const all = `?lang=${language}`;
  const again = phone === null ? all : `${all}&phone=${phone}`;
  const body = html`<h1>${t('outbox.title')}</h1>
    <p class="notice">${t('notReal')}</p>
    <form method="get" class="row">
      <input type="hidden" name="lang" value="${language}" />
      <div class="field wide-field">
        <label for="phone">${t('outbox.phone')}</label>
        <input
          type="tel"
          id="phone"
          name="phone"
          autocomplete="off"
          placeholder="+7 701 123 45 67"
          value="${phone === null ? '' : `+${phone}`}"
        />
      </div>
      <div class="field"><button>${t('outbox.show')}</button></div>
    </form>
    <p class="row">
      <a href="${again}">${t('outbox.refresh')}</a>
      ${phone === null ? null : html`<a href="${all}">${t('outbox.all')}</a>`}
      <label class="choice" hidden
        ><input type="checkbox" id="auto" checked />${t('outbox.auto')}</label
      >
    </p>
    <div id="list" role="region" aria-live="polite" aria-label="${t('outbox.list')}">
      ${
        entries.length === 0
          ? html`<p class="card quiet">${empty}</p>`
          : html`<ol class="plain">
              ${entries.map((entry) => messageOf(language, entry))}
            </ol>`
      }
    </div>`;
  answerPage(exchange, 200, { title: t('outbox.title'), body, script: REFRESH });
}

function messageOf(language: Language, entry: SmsEntry): Markup {
  const sender =
    entry.sender === null
      ? null
      : html` <span class="quiet small"
          >${text(language, 'outbox.sender', { sender: entry.sender })}</span
        >`;
  return html`<li class="card message">
    <header>
      <h2 class="phone">${spelled(entry.phone)}${sender}</h2>
      <time class="quiet small" datetime="${new Date(entry.at).toISOString()}"
        >${almatyTime(entry.at)}</time
      >
    </header>
    <p>${withCodes(entry.text)}</p>
  </li>`;
}

/** +77011234567 as +7 701 123 45 67; others as they are. */
function spelled(phone: string): string {
  return phone.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7 $1 $2 $3 $4');
}

/** Date and time in Almaty, UTC+5: `23.11.2026 19:45:47`. */
export function almatyTime(at: number): string {
  const iso = new Date(at + 5 * 3_600_000).toISOString();
  const [, year = '', month = '', day = '', time = ''] =
    /^(\d+)-(\d\d)-(\d\d)T([\d:]{8})/.exec(iso) ?? [];
  return `${day}.${month}.${year} ${time}`;
}

/** A one-time code is what people come for: runs of 4 to 8 digits stand out. */
function withCodes(message: string): Markup[] {
  return message
    .split(/(?<!\d)(\d{4,8})(?!\d)/)
    .map((piece, i) => (i % 2 === 1 ? html`<strong>${piece}</strong>` : html`${piece}`));
}
