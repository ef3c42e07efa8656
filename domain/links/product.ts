import type { Target } from './target';

/**
 * Which product an address shows, whatever stands around it. The key joins links, clicks and statistics of
 * one product; the address itself is never rewritten from it, so whatever a parameter does for the buyer
 * (city, size, an action of the shop) still happens.
 *
 * Two keys for one product cost a second link; one key for two products sends buyers to the wrong goods. In
 * doubt the address therefore keeps more of itself in its key.
 */
export type Shop = 'wildberries' | 'kaspi' | 'technodom' | 'magnum';

/**
 * `shop` is the shop whose site it is, null for sites without a rule here. `key` is `wb:12345`,
 * `kaspi:…`, `technodom:…` or `magnum:…` for a product page of these, else `host/path?parameters`: ASCII
 * for a serialised target, at most 300 characters.
 */
export type Product = { readonly key: string; readonly shop: Shop | null };

export const MAX_PRODUCT_KEY = 300;

type Address = {
  readonly segments: readonly string[];
  readonly query: readonly (readonly [name: string, value: string])[];
};

type Rule = {
  readonly shop: Shop;
  readonly prefix: string;
  /** The product's number, or its name in the path where the shop gives none. */
  readonly idOf: (address: Address) => string | undefined;
};

const NUMBER = /^[1-9][0-9]{0,17}$/;
const LAST_NUMBER = /(?:^|-)([1-9][0-9]{0,17})$/;
const SLUG = /^[a-z0-9][a-z0-9_.-]{0,149}$/;
/** Language and city stand before the page in some shops' paths: /kz/astana/p/…. */
const PLACE = /^[a-z]{2,}(?:-[a-z]+)*$/;
const LANGUAGE = /^(?:ru|kk|kz|en|by|kg|ky|uz|hy|am)$/;

const number = (text: string | undefined): string | undefined =>
  text !== undefined && NUMBER.test(text) ? text : undefined;
const lastNumber = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : LAST_NUMBER.exec(text)?.[1];
const slug = (text: string | undefined): string | undefined =>
  text !== undefined && SLUG.test(text) ? text : undefined;

/**
 * /catalog/{nm}/detail.aspx, /product/{words}-{nm}, and ?card={nm} over any page. One nm is one colour of one
 * product on every site of the shop; `size` and `option` choose inside it and are not another product.
 */
function wildberriesId({ segments, query }: Address): string | undefined {
  const at = LANGUAGE.test(segments[0] ?? '') ? 1 : 0;
  const [page, place] = segments.slice(at);
  const inPath =
    page === 'catalog' ? number(place) : page === 'product' ? lastNumber(place) : undefined;
  return inPath ?? number(query.find(([name]) => name === 'card')?.[1]);
}

/** /shop/p/{words}-{id}/; the city (?c=), the seller (?m=) and how it was shared are not the product. */
function kaspiId({ segments }: Address): string | undefined {
  const at = LANGUAGE.test(segments[0] ?? '') ? 1 : 0;
  const [shop, page, place] = segments.slice(at);
  return shop === 'shop' && page === 'p' ? lastNumber(place) : undefined;
}

/** What follows one of `names`, behind at most a language and a city. */
function pageAfter(segments: readonly string[], names: readonly string[]): string | undefined {
  const at = segments.findIndex((segment) => names.includes(segment));
  return at >= 0 && at <= 2 && segments.slice(0, at).every((segment) => PLACE.test(segment))
    ? segments[at + 1]
    : undefined;
}

function technodomId({ segments }: Address): string | undefined {
  const page = pageAfter(segments, ['p']);
  return lastNumber(page) ?? slug(page);
}

function magnumId({ segments }: Address): string | undefined {
  const page = pageAfter(segments, ['product', 'products']);
  return lastNumber(page) ?? slug(page);
}

const WILDBERRIES: Rule = { shop: 'wildberries', prefix: 'wb', idOf: wildberriesId };
const KASPI: Rule = { shop: 'kaspi', prefix: 'kaspi', idOf: kaspiId };
const TECHNODOM: Rule = { shop: 'technodom', prefix: 'technodom', idOf: technodomId };
const MAGNUM: Rule = { shop: 'magnum', prefix: 'magnum', idOf: magnumId };

const RULES: ReadonlyMap<string, Rule> = new Map([
  ['wildberries.ru', WILDBERRIES],
  ['wildberries.kz', WILDBERRIES],
  ['wildberries.by', WILDBERRIES],
  ['wildberries.kg', WILDBERRIES],
  ['global.wildberries.ru', WILDBERRIES],
  ['kz.wildberries.ru', WILDBERRIES],
  ['by.wildberries.ru', WILDBERRIES],
  ['kg.wildberries.ru', WILDBERRIES],
  ['wb.ru', WILDBERRIES],
  ['kaspi.kz', KASPI],
  ['technodom.kz', TECHNODOM],
  ['magnum.kz', MAGNUM],
]);

/**
 * Parameters that say who brought the visitor. Only names nobody gives to a product: `ref`, `id` or `source`
 * choose the goods in some shops and stay. `sub1` and the other click ids are those of the intake contract.
 */
const JUNK = new RegExp(
  `^(?:${[
    'utm(?:_.*)?|mtm_.*|pk_.*|hsa_.*|mc_.*|_hs.*|oly_.*|af_.*|_?openstat|roistat(?:_.*)?|r46_.*|recommended_.*',
    'fbclid|gclid|gclsrc|gbraid|wbraid|dclid|gad_.*|srsltid|yclid|ysclid|ymclid|yadclid|etext|ttclid|twclid|msclkid',
    'igsh(?:id)?|ig_rid|mibextid|li_fat_id|vkclid|vk_ref|rb_clickid|epik|sccid|rdt_cid|mkt_tok|s_kwcid|ef_id',
    '_ga|_gl|_gac|_ym_.*|__cft__.*|__tn__|_branch_.*|tt_medium|tt_content|from',
    'sub[1-5]|subid|click_?id|aff_click_id|admitad_uid',
  ].join('|')})$`,
);

export const isTracking = (name: string): boolean => JUNK.test(name);

const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/** One spelling for one byte: %7e is "~", %d0 is "%D0". Text that is no escape stays as it is. */
function normalised(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (escape, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
}

type Parts = { readonly path: string; readonly search: string; readonly fragment: string };

function partsOf(href: string): Parts {
  const hashAt = href.indexOf('#');
  const bare = hashAt < 0 ? href : href.slice(0, hashAt);
  const queryAt = bare.indexOf('?');
  const place = queryAt < 0 ? bare : bare.slice(0, queryAt);
  const pathAt = place.indexOf('/', 'https://'.length);
  return {
    path: pathAt < 0 ? '/' : place.slice(pathAt),
    search: queryAt < 0 ? '' : bare.slice(queryAt + 1),
    fragment: hashAt < 0 ? '' : href.slice(hashAt),
  };
}

function queryOf(search: string): (readonly [string, string])[] {
  const pieces = search.split('&').filter((piece) => piece !== '' && piece !== '=');
  return pieces.map((piece) => {
    const plain = normalised(piece.replaceAll('+', '%20'));
    const equals = plain.indexOf('=');
    return equals < 0
      ? ([plain, ''] as const)
      : ([plain.slice(0, equals), plain.slice(equals + 1)] as const);
  });
}

/** Host without `www.` or `m.`, which show the same pages. */
export function siteOf(host: string): string {
  const bare = host.toLowerCase().replace(/\.$/, '');
  const site = bare.replace(/^(?:www\.|m\.)+/, '');
  return site.includes('.') ? site : bare;
}

/** The shop whose site a host is; null for shops without a rule here. */
export const shopOf = (host: string): Shop | null => RULES.get(siteOf(host))?.shop ?? null;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The parameters in a key: those that the programme says choose the product, else all but the junk. A page
 * without any of the named ones (a category, a search) is told apart by what it has.
 */
function keptQuery(query: Address['query'], productParams: readonly string[]): string {
  const named = query.filter(([name]) => productParams.includes(name));
  const kept = named.length > 0 ? named : query.filter(([name]) => !JUNK.test(name.toLowerCase()));
  return kept
    .map(([name, value]) => `${name}=${value}`)
    .sort(byText)
    .join('&');
}

/** 32 bits of FNV-1a; `basis` makes independent ones. */
function fnv(text: string, basis: number): string {
  let hash = basis;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A longer key keeps its beginning, to be readable, and 64 bits of the whole, to stay apart from others. */
function bounded(key: string): string {
  if (key.length <= MAX_PRODUCT_KEY) return key;
  const sum = fnv(key, 0x811c9dc5) + fnv(`${key.length}:${key}`, 0x2f0b4c47);
  return `${key.slice(0, MAX_PRODUCT_KEY - sum.length - 1)}~${sum}`;
}

function placeKey(site: string, parts: Parts, query: string): string {
  const path = normalised(parts.path).replace(/\/+$/, '');
  // Shops that run in the browser choose the product behind "#/" or "#!"; other fragments only scroll.
  const route = /^#!?\//.test(parts.fragment) ? parts.fragment.replace(/\/+$/, '') : '';
  return `${site}${path === '' ? '/' : path}${query === '' ? '' : `?${query}`}${route}`;
}

/**
 * The product of a checked target. `productParams`: the programme's parameters that choose the product, for
 * shops without a rule here. Never throws.
 */
export function productOf(target: Target, productParams: readonly string[]): Product {
  const site = siteOf(target.host);
  const rule = RULES.get(site);
  const parts = partsOf(target.href);
  const query = queryOf(parts.search);
  if (rule) {
    const segments = normalised(parts.path).toLowerCase().split('/').filter(Boolean);
    const lower = query.map(([name, value]) => [name.toLowerCase(), value] as const);
    const id = rule.idOf({ segments, query: lower });
    if (id !== undefined) return { key: `${rule.prefix}:${id}`, shop: rule.shop };
  }
  const key = bounded(placeKey(site, parts, keptQuery(query, productParams)));
  return { key, shop: rule?.shop ?? null };
}
