import type { Exchange } from '../exchange';
import type { MailBook, MailEntry } from '../mail/book';
import { answerPage, html, type Markup } from './layout';
import { almatyTime } from './outbox';
import { languageOf, text } from './texts';

const SHOWN = 100;

/** Mail the platform sent: links of invitations and recoveries are here and nowhere else. `to`: one address, or null. */
export function showMailbox(exchange: Exchange, book: MailBook, to: string | null): void {
  const language = languageOf(exchange);
  const t = (key: Parameters<typeof text>[1]): string => text(language, key);
  const entries = book.list(to).slice(0, SHOWN);
  const body = html`<h1>${t('mailbox.title')}</h1>
    <p class="notice">${t('notReal')}</p>
    <form method="get" class="row">
      <input type="hidden" name="lang" value="${language}" />
      <div class="field wide-field">
        <label for="to">${t('mailbox.to')}</label>
        <input type="email" id="to" name="to" autocomplete="off" value="${to ?? ''}" />
      </div>
      <div class="field"><button>${t('outbox.show')}</button></div>
    </form>
    <p class="row"><a href="?lang=${language}">${t('outbox.all')}</a></p>
    <div id="list" role="region" aria-label="${t('outbox.list')}">
      ${
        entries.length === 0
          ? html`<p class="card quiet">${t('mailbox.empty')}</p>`
          : html`<ol class="plain">
              ${entries.map(messageOf)}
            </ol>`
      }
    </div>`;
  answerPage(exchange, 200, { title: t('mailbox.title'), body });
}

const messageOf = (entry: MailEntry): Markup =>
  html`<li class="card message">
    <header>
      <h2>${entry.subject}</h2>
      <time class="quiet small" datetime="${new Date(entry.at).toISOString()}"
        >${almatyTime(entry.at)}</time
      >
    </header>
    <p class="quiet small">${entry.to}</p>
    ${entry.text.split('\n').map((line) => html`<p>${withLinks(line)}</p>`)}
  </li>`;

const withLinks = (line: string): Markup[] =>
  line
    .split(/(https?:\/\/\S+)/)
    .map((piece, i) => (i % 2 === 1 ? html`<a href="${piece}">${piece}</a>` : html`${piece}`));
