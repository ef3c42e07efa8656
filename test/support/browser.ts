/// <reference lib="dom" />
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

import { CHROMIUM_FLAGS } from '../../stack/chromium';
import { readSharedStack } from './sharedStack';

/** A phone as most influencers hold it, and a desk. */
export const PHONE = { width: 360, height: 780 };
export const DESK = { width: 1440, height: 900 };

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: readSharedStack().chromium, args: [...CHROMIUM_FLAGS] });

/** What went wrong on a page without anybody clicking on it. */
export type Watch = {
  readonly consoleErrors: string[];
  readonly failedRequests: string[];
  /** Layout shifts of elements that show money, as `text by x,y px @ score`. */
  moneyShifts(): Promise<string[]>;
  /** Reads that web/apps.mjs sends ahead of the code and that the page then did not take. */
  unusedReads(): Promise<string[]>;
};

export type Visitor = {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly watch: Watch;
};

export type VisitOptions = {
  readonly size?: { readonly width: number; readonly height: number };
  readonly locale?: string;
  readonly dark?: boolean;
  /** Answers that the test provokes on purpose, as `401 /v1/me`. */
  readonly expected?: readonly (string | RegExp)[];
};

/**
 * Layout shifts are noted from the first paint, with the elements that moved. Money is marked by
 * `data-money` in web/ui; a shift of it lets a thumb press the wrong figure.
 */
const NOTE_SHIFTS = `
  window.__moneyShifts = [];
  // What somebody does may move what they look at; Chrome leaves such shifts out for 500 ms. On a busy machine its effect is
  // painted later: the 500 ms count from there. A command that is on its way, and what is read anew after it, belong to it.
  let acting = 0;
  let actedUntil = 0;
  let savedUntil = 0;
  const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const during = async (work, saving) => {
    acting += 1;
    await work.catch(() => undefined).then(painted);
    acting -= 1;
    actedUntil = performance.now() + 500;
    if (saving) savedUntil = actedUntil;
  };
  for (const kind of ['pointerdown', 'click', 'keydown', 'input', 'change'])
    addEventListener(kind, () => void during(painted(), false), true);
  const send = window.fetch;
  window.fetch = (...given) => {
    const answer = send(...given);
    const method = given[1]?.method ?? given[0]?.method ?? 'GET';
    if (method !== 'GET' || performance.now() < savedUntil) void during(answer, true);
    return answer;
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput || acting > 0 || entry.startTime < actedUntil) continue;
      for (const { node, previousRect, currentRect } of entry.sources ?? []) {
        const element = node?.nodeType === 1 ? node : node?.parentElement;
        const money = element?.closest?.('[data-money]') ?? element?.querySelector?.('[data-money]');
        const moved = (of) => Math.round(currentRect[of] - previousRect[of]);
        const by = moved('x') + ',' + moved('y') + ' px';
        // A figure at the right that gets more digits starts earlier and stays where it is.
        const grew = moved('y') === 0 && moved('right') === 0;
        if (money && !grew) window.__moneyShifts.push(money.textContent + ' by ' + by + ' @ ' + entry.value.toFixed(4));
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

function watchPage(page: Page, expected: readonly (string | RegExp)[]): Watch {
  const consoleErrors: string[] = [];
  const failedRequests: string[] = [];
  const isExpected = (text: string): boolean =>
    expected.some((one) => (typeof one === 'string' ? text === one : one.test(text)));
  page.on('console', (message) => {
    // The browser's own line about a failed request; the request itself is judged below.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => consoleErrors.push(String(error)));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A stream or a look-up that the page itself ended by going elsewhere.
    if (reason === 'net::ERR_ABORTED') return;
    const text = `${reason} ${new URL(request.url()).pathname}`;
    if (!isExpected(text)) failedRequests.push(text);
  });
  page.on('response', (response) => {
    if (response.status() < 400) return;
    const text = `${response.status()} ${new URL(response.url()).pathname}`;
    if (!isExpected(text)) failedRequests.push(text);
  });
  return {
    consoleErrors,
    failedRequests,
    moneyShifts: () => page.evaluate('window.__moneyShifts'),
    unusedReads: () => page.evaluate('Object.keys(window.gammaEarly ?? {})'),
  };
}

/** One person at one device, with nobody else's cookies. */
export async function visit(browser: Browser, options: VisitOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: options.size ?? DESK,
    locale: options.locale ?? 'ru-KZ',
    timezoneId: 'Asia/Almaty',
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(NOTE_SHIFTS);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  // Nobody is signed in at first, and asking who one is says so.
  const watch = watchPage(page, ['401 /v1/me', ...(options.expected ?? [])]);
  return { context, page, watch };
}

/** axe's serious and critical findings on the page as it is, one line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map((node) =>
        [
          `${impact} ${id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`,
          ...[...node.any, ...node.all, ...node.none].map(({ message }) => message),
        ].join(' | '),
      ),
    );
}

/** Elements whose text is cut off or that make the page wider than the screen. */
export async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width + 1)
      found.push(`the page is ${document.documentElement.scrollWidth} px wide on ${width}`);
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '',
      );
      if (!own || element.closest('[data-scrolls]') || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const isHidden =
        style.clipPath !== 'none' || style.clip !== 'auto' || element.offsetWidth <= 1;
      const hides = style.overflowX !== 'visible' || style.textOverflow === 'ellipsis';
      if (!isHidden && hides && element.scrollWidth > element.clientWidth + 1)
        found.push(`${element.tagName} "${(element.textContent ?? '').trim().slice(0, 60)}"`);
    }
    return found;
  });
}
