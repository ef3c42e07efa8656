import { productOf, type Product } from '../../domain/links/product';
import { pastedAddress } from '../../domain/links/pasted';
import { placeTitle } from '../../domain/links/share';
import { parseTarget, type Target } from '../../domain/links/target';
import { sameShop, unlistedCode, unsuitablePage } from '../../domain/links/unsuitable';
import { err, ok, type Result } from '../../domain/result';
import { findCatalogueItem } from '../../store/postgres/catalogueItems';
import { activeShops, programmeOfHost } from '../../store/postgres/influencerLinks';
import type { Sql } from '../../store/postgres/pool';
import type { Refusal } from '../reply';

/** Where a link is to lead: checked, with its programme and product. */
export type Wanted = {
  readonly target: Target;
  readonly product: Product;
  readonly programmeId: string;
  /** What the link is called when nobody names it. */
  readonly title: string;
  readonly catalogueItemId: string | null;
};

const SHOPS_NAMED = 10;
const SHOPS_LOOKED_AT = 1_000;

/** A site of no programme: what to paste instead, as exactly as we know. */
async function unlisted(sql: Sql, host: string): Promise<Refusal> {
  const shops = await activeShops(sql, SHOPS_LOOKED_AT);
  const listed = shops.flatMap((shop) => shop.hosts);
  const problem = unlistedCode(host, listed);
  if (problem === 'target_other_site')
    return {
      problem,
      detail: `${host} is not listed; use ${sameShop(host, listed).slice(0, 5).join(' or ')}.`,
    };
  const names = shops.slice(0, SHOPS_NAMED).map((shop) => shop.name);
  return { problem, detail: `${host} is not a shop of any programme. Shops: ${names.join(', ')}.` };
}

/** What was pasted, read as a place of a running programme. */
export async function wantedPlace(sql: Sql, pasted: string): Promise<Result<Wanted, Refusal>> {
  const address = pastedAddress(pasted);
  if (!address.ok) return err({ problem: address.error });
  const parsed = parseTarget(address.value);
  if (!parsed.ok) return err({ problem: parsed.error });
  const target = parsed.value;
  const programme = await programmeOfHost(sql, target.host);
  if (!programme) return err(await unlisted(sql, target.host));
  if (programme.state !== 'active') return err({ problem: 'programme_not_running' });
  const unsuitable = unsuitablePage(target);
  if (unsuitable) return err({ problem: unsuitable });
  return ok({
    target,
    product: productOf(target, programme.product_params),
    programmeId: programme.id,
    title: placeTitle(target.href, target.host),
    catalogueItemId: null,
  });
}

/** A product of the catalogue as a place to lead to. */
export async function wantedItem(sql: Sql, itemId: string): Promise<Result<Wanted, Refusal>> {
  const item = await findCatalogueItem(sql, itemId);
  if (!item) return err({ problem: 'catalogue_item_not_found' });
  const place = await wantedPlace(sql, item.url);
  return place.ok ? ok({ ...place.value, title: item.title, catalogueItemId: item.id }) : place;
}
