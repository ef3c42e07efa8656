import fc from 'fast-check';

import { MAX_PRODUCT_KEY, productOf, type Product, type Shop } from './product';
import { parseTarget } from './target';

function keyOf(address: string, params: readonly string[] = []): Product {
  const target = parseTarget(address);
  if (!target.ok) throw new Error(`${address}: ${target.error}`);
  return productOf(target.value, params);
}

const WB = 'wildberries';
const PAGES: readonly (readonly [address: string, key: string, shop: Shop | null])[] = [
  ['https://www.wildberries.ru/catalog/141175340/detail.aspx', 'wb:141175340', WB],
  ['https://www.wildberries.ru/catalog/141175340/detail.aspx?size=239205585', 'wb:141175340', WB],
  ['https://wildberries.kz/catalog/141175340/detail.aspx?targetUrl=GP', 'wb:141175340', WB],
  ['https://www.wildberries.by/catalog/141175340/detail.aspx?targetUrl=MI', 'wb:141175340', WB],
  ['https://m.wildberries.kg/catalog/141175340/detail.aspx', 'wb:141175340', WB],
  ['https://www.wildberries.kz/catalog/141175340/feedbacks?imtId=128', 'wb:141175340', WB],
  ['https://www.wildberries.kz/Catalog/141175340/Detail.aspx', 'wb:141175340', WB],
  ['https://kz.wildberries.ru/catalog/141175340/detail.aspx', 'wb:141175340', WB],
  ['https://global.wildberries.ru/catalog/141175340/detail.aspx', 'wb:141175340', WB],
  ['https://global.wildberries.ru/product?card=141175340', 'wb:141175340', WB],
  ['https://global.wildberries.ru/product?card=141175340&option=242198095', 'wb:141175340', WB],
  ['https://www.wildberries.by/product?card=141175340', 'wb:141175340', WB],
  ['https://global.wildberries.ru/product/noski-korotkie-141175340?option=34', 'wb:141175340', WB],
  ['https://global.wildberries.ru/?card=141175340', 'wb:141175340', WB],
  ['https://www.wildberries.ru/product/149763240', 'wb:149763240', WB],
  ['https://wb.ru/catalog/149763240/detail.aspx', 'wb:149763240', WB],
  // Lists and searches of the shop are pages of their own.
  [
    'https://www.wildberries.kz/catalog/0/search.aspx?search=%d0%ba',
    'wildberries.kz/catalog/0/search.aspx?search=%D0%BA',
    WB,
  ],
  [
    'https://www.wildberries.ru/catalog/obuv/zhenskaya?page=2&utm_source=x',
    'wildberries.ru/catalog/obuv/zhenskaya?page=2',
    WB,
  ],
  ['https://www.wildberries.ru/', 'wildberries.ru/', WB],
  [
    'https://kaspi.kz/shop/p/apple-macbook-air-13-mgn63-seryi-100797845/?c=750000000#!/item',
    'kaspi:100797845',
    'kaspi',
  ],
  [
    'https://kaspi.kz/shop/p/marshall-major-iv-104024603/?m=2910006&sr=2&ref=shared_link&c=710000000',
    'kaspi:104024603',
    'kaspi',
  ],
  [
    'https://www.kaspi.kz/shop/p/apple-iphone-17-pro-256gb-145467625/?c=750000000&gbraid=0AA&gclid=Cj',
    'kaspi:145467625',
    'kaspi',
  ],
  ['https://m.kaspi.kz/shop/p/apple-iphone-17-pro-256gb-145467625', 'kaspi:145467625', 'kaspi'],
  ['https://kaspi.kz/shop/p/-145467625/?c=750000000', 'kaspi:145467625', 'kaspi'],
  ['https://kaspi.kz/shop/p/p-145467625/reviews/', 'kaspi:145467625', 'kaspi'],
  [
    'https://kaspi.kz/shop/c/smartphones/?c=750000000',
    'kaspi.kz/shop/c/smartphones?c=750000000',
    'kaspi',
  ],
  [
    'https://www.technodom.kz/p/smartfon-samsung-galaxy-a56-128-sm-a566ezaaskz-289302',
    'technodom:289302',
    'technodom',
  ],
  [
    'https://www.technodom.kz/p/smartfon-gsm-samsung-289302?recommended_by=full_search&recommended_code=samsung%20s23',
    'technodom:289302',
    'technodom',
  ],
  [
    'https://technodom.kz/astana/p/igrovaya-mysh-bloody-w90-max-245025',
    'technodom:245025',
    'technodom',
  ],
  [
    'https://technodom.kz/kz/p/igrovaya-mysh-bloody-w90-max-245025/',
    'technodom:245025',
    'technodom',
  ],
  [
    'https://m.technodom.kz/ru/ust-kamenogorsk/p/mysh-245025#about',
    'technodom:245025',
    'technodom',
  ],
  ['https://www.technodom.kz/p/podarochnaya-karta', 'technodom:podarochnaya-karta', 'technodom'],
  [
    'https://www.technodom.kz/astana/catalog/noutbuki?page=3',
    'technodom.kz/astana/catalog/noutbuki?page=3',
    'technodom',
  ],
  ['https://magnum.kz/products/143331?city=almaty', 'magnum:143331', 'magnum'],
  ['https://magnum.kz/products/143331', 'magnum:143331', 'magnum'],
  ['https://magnum.kz/product/143331', 'magnum:143331', 'magnum'],
  ['https://www.magnum.kz/almaty/product/143331/', 'magnum:143331', 'magnum'],
  ['https://magnum.kz/kz/astana/products/moloko-3-2-143331', 'magnum:143331', 'magnum'],
  [
    'https://magnum.kz/catalog?q=%D1%81%D1%8B%D1%80&city=almaty',
    'magnum.kz/catalog?city=almaty&q=%D1%81%D1%8B%D1%80',
    'magnum',
  ],
  // Other shops: host and path, and every parameter that is not known to be junk.
  ['https://shop.kz/offer/naushniki-1/', 'shop.kz/offer/naushniki-1', null],
  [
    'https://www.sulpak.kz/g/smartfoniy_samsung?utm_source=tt',
    'sulpak.kz/g/smartfoniy_samsung',
    null,
  ],
  [
    'https://shop.kz/index.php?route=product&product_id=5',
    'shop.kz/index.php?product_id=5&route=product',
    null,
  ],
  ['https://shop.kz/p?id=5&ref=A1&fbclid=x&sub1=abc', 'shop.kz/p?id=5&ref=A1', null],
  ['https://shop.kz/p?b=+&a=%7e&a', 'shop.kz/p?a=&a=~&b=%20', null],
  ['https://shop.kz/#/goods/17', 'shop.kz/#/goods/17', null],
  ['https://shop.kz/goods#reviews', 'shop.kz/goods', null],
  ['https://shop.kz/Goods/A', 'shop.kz/Goods/A', null],
  [
    'https://evil-wildberries.kz/catalog/1/detail.aspx',
    'evil-wildberries.kz/catalog/1/detail.aspx',
    null,
  ],
  [
    'https://wildberries.kz.evil.kz/catalog/1/detail.aspx',
    'wildberries.kz.evil.kz/catalog/1/detail.aspx',
    null,
  ],
];

test.each(PAGES)('%s is %s', (address, key, shop) => {
  expect(keyOf(address)).toEqual({ key, shop });
});

test('parameters named by the programme are the product; a page without them keeps what it has', () => {
  const params = ['id', 'color'];
  const key = (query: string) => keyOf(`https://shop.kz/item${query}`, params).key;
  expect(key('?id=5&color=red&session=9')).toBe('shop.kz/item?color=red&id=5');
  expect(key('?color=red&x=1&id=5')).toBe('shop.kz/item?color=red&id=5');
  expect(key('?cat=5&utm_medium=a')).toBe('shop.kz/item?cat=5');
  // A name that elsewhere is junk, chosen by the shop.
  expect(keyOf('https://shop.kz/item?from=5', ['from']).key).toBe('shop.kz/item?from=5');
});

const JUNK = [
  ...[
    'utm_source=ig',
    'UTM_Campaign=a%20b',
    'utm%5Fmedium=x',
    'fbclid=IwAR0',
    'gclid=Cj0K',
    'yclid=1',
  ],
  ...[
    'ysclid=l9',
    '_openstat=x',
    'openstat=x',
    'from=share',
    'srsltid=Afm',
    'ttclid=E.C',
    'igshid=Ym',
  ],
  ...[
    'mc_cid=1',
    'mc_eid=2',
    'gbraid=0',
    'wbraid=0',
    'msclkid=7',
    '_ga=2.1',
    'igsh=MW',
    'sub1=CLICK',
    '',
  ],
] as const;

type Base = { readonly make: (n: number) => string };
const BASES: readonly Base[] = [
  { make: (n) => `wildberries.kz/catalog/${n}/detail.aspx` },
  { make: (n) => `kaspi.kz/shop/p/kurtka-${n}/` },
  { make: (n) => `technodom.kz/p/televizor-${n}` },
  { make: (n) => `magnum.kz/products/${n}` },
  { make: (n) => `shop.kz/goods/${n}` },
  { make: (n) => `shop.kz/goods?id=${n}` },
];

test('junk, its order, case of the host, www, m and a closing slash do not change the key', () => {
  const junk = fc.array(fc.constantFrom(...JUNK), { maxLength: 6 });
  const front = fc.constantFrom('https://', 'https://www.', 'https://m.', 'HTTPS://WWW.');
  fc.assert(
    fc.property(
      fc.constantFrom(...BASES),
      fc.integer({ min: 1, max: 999_999_999 }),
      junk,
      junk,
      front,
      fc.boolean(),
      ({ make }, n, before, after, start, slash) => {
        const plain = make(n);
        const [path = '', query] = plain.split('?');
        const pieces = [...before, ...(query === undefined ? [] : [query]), ...after];
        const [host = '', ...rest] = path.replace(/\/$/, '').split('/');
        const place = `${start === 'HTTPS://WWW.' ? host.toUpperCase() : host}/${rest.join('/')}`;
        const address = `${start}${place}${slash ? '/' : ''}?${pieces.join('&')}`;
        expect(keyOf(address)).toEqual(keyOf(`https://${plain}`));
      },
    ),
    { numRuns: 5_000 },
  );
});

test('other products have other keys', () => {
  const product = fc.tuple(fc.constantFrom(...BASES), fc.integer({ min: 1, max: 1_000_000 }));
  fc.assert(
    fc.property(product, product, ([one, n], [two, m]) => {
      fc.pre(one !== two || n !== m);
      expect(keyOf(`https://${one.make(n)}`).key).not.toBe(keyOf(`https://${two.make(m)}`).key);
    }),
    { numRuns: 5_000 },
  );
});

test('a key never throws, is bounded, and long ones stay apart', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '/',
      '//',
      '?',
      '&',
      '=',
      '#',
      '#!/',
      '%',
      '%zz',
      '%d0%9a',
      'card',
      'p',
      '-',
      '..',
    ),
    fc.string({ unit: 'binary', maxLength: 400 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom('wildberries.kz', 'kaspi.kz', 'technodom.kz', 'magnum.kz', 'm.', '', 'a.kz'),
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
      (host, parts, params) => {
        const { key } = productOf({ host, href: `https://${host}/${parts.join('')}` }, params);
        expect(key.length).toBeLessThanOrEqual(MAX_PRODUCT_KEY);
        expect(key.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 5_000 },
  );
  const long = (end: string) => keyOf(`https://shop.kz/${'a'.repeat(600)}${end}`).key;
  const keys = new Set(Array.from({ length: 5_000 }, (_, n) => long(String(n))));
  expect(keys.size).toBe(5_000);
  expect(long('1')).toHaveLength(MAX_PRODUCT_KEY);
});
