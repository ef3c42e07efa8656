import type { IdKind } from '../domain/ids';
import type { Tiyn } from '../domain/money';
import { insertCatalogueItem } from '../store/postgres/catalogueItems';
import type { Sql } from '../store/postgres/pool';

type Product = {
  readonly shop: 'wildberries' | 'magnum' | 'technodom';
  readonly title: string;
  readonly url: string;
  readonly price: Tiyn;
  readonly color: string;
};

const wildberries = (article: number): string =>
  `https://www.wildberries.kz/catalog/${article}/detail.aspx`;

/** A dozen things people would share. Articles and prices are made up. */
const PRODUCTS: readonly Product[] = [
  {
    shop: 'wildberries',
    title: 'Термокружка 0,5 л',
    url: wildberries(146972802),
    price: 599_000n,
    color: '#d9e7f7',
  },
  {
    shop: 'wildberries',
    title: 'Кроссовки беговые',
    url: wildberries(187204411),
    price: 2_490_000n,
    color: '#fde3d8',
  },
  {
    shop: 'wildberries',
    title: 'Рюкзак городской',
    url: wildberries(93311870),
    price: 1_199_000n,
    color: '#e2ead8',
  },
  {
    shop: 'wildberries',
    title: 'Лампа настольная с зарядкой',
    url: wildberries(201457733),
    price: 899_000n,
    color: '#fbf0c9',
  },
  {
    shop: 'wildberries',
    title: 'Набор контейнеров для еды',
    url: wildberries(75520094),
    price: 449_000n,
    color: '#dff3ef',
  },
  {
    shop: 'wildberries',
    title: 'Корейский крем для лица',
    url: wildberries(164209915),
    price: 729_000n,
    color: '#f6dfee',
  },
  {
    shop: 'magnum',
    title: 'Кофе в зёрнах 1 кг',
    url: 'https://magnum.kz/products/11207?city=almaty',
    price: 789_000n,
    color: '#e9ddd0',
  },
  {
    shop: 'magnum',
    title: 'Подарочный набор сладостей',
    url: 'https://magnum.kz/products/20418?city=almaty',
    price: 549_000n,
    color: '#f9dcdc',
  },
  {
    shop: 'magnum',
    title: 'Корм для кошек 2 кг',
    url: 'https://magnum.kz/products/30955?city=almaty',
    price: 679_000n,
    color: '#e0e4f5',
  },
  {
    shop: 'technodom',
    title: 'Смартфон 256 ГБ',
    url: 'https://www.technodom.kz/p/smartfon-demo-278123',
    price: 24_999_000n,
    color: '#dfe3ea',
  },
  {
    shop: 'technodom',
    title: 'Наушники беспроводные',
    url: 'https://www.technodom.kz/p/naushniki-demo-291044',
    price: 4_599_000n,
    color: '#e6def5',
  },
  {
    shop: 'technodom',
    title: 'Робот-пылесос',
    url: 'https://www.technodom.kz/p/robot-pylesos-demo-265870',
    price: 13_999_000n,
    color: '#d8ecf3',
  },
];

/** Products of the demo's programmes; harmless when they are there already. */
export async function seedCatalogue(
  sql: Sql,
  id: (kind: IdKind, label: string) => string,
  programmes: readonly { readonly id: string; readonly shop: Product['shop'] }[],
): Promise<void> {
  for (const { shop, ...product } of PRODUCTS) {
    const programme = programmes.find((each) => each.shop === shop);
    if (!programme) continue;
    await insertCatalogueItem(sql, {
      id: id('catalogueItem', product.url),
      programmeId: programme.id,
      imageUrl: null,
      ...product,
    });
  }
}
