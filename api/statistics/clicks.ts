import { ownLinkName } from '../../domain/links/name';
import { err, type Result } from '../../domain/result';
import { listClicks, type ClickListing, type ListedClick } from '../../store/clickhouse/statistics';
import { namesOfLinks, numberOfLink, type NamedLink } from '../../store/postgres/clickNames';
import { jsonAnswer } from '../answer';
import { orUnknown } from '../brand/figures';
import type { Call } from '../handler';
import type { Refusal } from '../reply';
import { programme } from '../influencer/words';
import { seen } from '../influencer/wall';
import { pageOf, readPage, type Page } from '../page';
import { whyOf } from './reasons';

const CLICK_ID = /^[-_0-9A-Za-z]{32}$/;

/** Keys of a page: milliseconds since 1970 (up to 2286), and the click's id. */
function readClicksPage(query: Call['query']): Result<Page, Refusal> {
  const page = readPage(query, 2);
  if (!page.ok || !page.value.after) return page;
  const [at = '', id = ''] = page.value.after;
  return /^[1-9]\d{0,12}$/.test(at) && CLICK_ID.test(id)
    ? page
    : err({ problem: 'cursor_invalid' });
}

const afterOf = ({ after }: Page): ClickListing['after'] =>
  after === undefined ? undefined : [Number(after[0]), after[1] ?? ''];

/** Nothing that names a visitor: no address, no user agent, only what kind of device and browser it was. */
const clickView = (click: ListedClick, link: NamedLink | undefined): unknown => ({
  id: click.click_id,
  at: new Date(click.at_ms).toISOString(),
  link_id: link?.id ?? null,
  // Of a link to a whole shop the product says more than the shop's name.
  title: link ? ownLinkName({ title: link.title, targetUrl: link.target_url }) : null,
  programme: link ? programme(link.programme_id, link.programme_name) : null,
  product: click.product_key === '' ? null : click.product_key,
  counted: click.billable === 1,
  unique: click.unique === 1,
  reason: whyOf(click),
  way: click.way === '' ? null : click.way,
  device: click.device === '' ? null : click.device,
  os: click.os === '' ? null : click.os,
  app: click.app === '' ? null : click.app,
  browser: click.browser === '' ? null : click.browser,
  referrer: click.referrer_host === '' ? null : click.referrer_host,
});

export const listInfluencerClicks = seen(async (deps, { query }, viewer, { influencerId }) => {
  const page = readClicksPage(query);
  if (!page.ok) return page.error;
  const linkId = query.get('link_id');
  const linkNumber =
    linkId === undefined ? undefined : await numberOfLink(deps.pool, viewer, influencerId, linkId);
  if (linkId !== undefined && linkNumber === undefined) return { problem: 'link_not_found' };
  const listing: ClickListing = {
    influencerId,
    counted: (query.get('counted') ?? 'all') as ClickListing['counted'],
    linkNumber,
    after: afterOf(page.value),
    limit: page.value.limit + 1,
  };
  const found = await orUnknown(deps, deps.clickhouse && listClicks(deps.clickhouse, listing));
  const clicks = found ?? [];
  const names = await namesOfLinks(deps.pool, viewer, [
    ...new Set(clicks.map((c) => c.link_number)),
  ]);
  return jsonAnswer(200, {
    ...pageOf(
      clicks,
      page.value,
      (click) => [String(click.at_ms), click.click_id],
      (click) => clickView(click, names.get(click.link_number)),
    ),
    clicks_known: found !== undefined,
  });
});
