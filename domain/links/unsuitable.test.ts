import { parseTarget } from './target';
import { sameShop, unlistedCode, unsuitablePage } from './unsuitable';

const page = (address: string): string | undefined => {
  const target = parseTarget(address);
  return target.ok ? unsuitablePage(target.value) : target.error;
};

test.each([
  'https://www.wildberries.kz/lk/basket',
  'https://www.wildberries.ru/security/login?returnUrl=x',
  'https://www.technodom.kz/astana/cart',
  'https://www.technodom.kz/astana/my-account/wishlist',
  'https://kaspi.kz/shop/cart/',
  'https://shop.kz/personal/cart/?x=1',
  'https://shop.kz/Checkout',
])('%s shows each visitor their own things', (address) => {
  expect(page(address)).toBe('target_private_page');
});

test.each([
  'https://www.wildberries.kz/',
  'https://www.wildberries.kz/catalog/obuv',
  'https://www.wildberries.kz/catalog/0/search.aspx?search=cart',
  'https://www.technodom.kz/p/cart-holder-123',
  'https://shop.kz/catalog/lk-panels#cart',
])('%s can be shared', (address) => {
  expect(page(address)).toBeUndefined();
});

const LISTED = ['www.wildberries.kz', 'wildberries.kz', 'www.technodom.kz', 'shop.kz'];

test.each([
  ['l.kaspi.kz', 'target_short_link'],
  ['bit.ly', 'target_short_link'],
  ['magnum.onelink.me', 'target_short_link'],
  ['kaspi.kz', 'target_kaspi_wall'],
  ['m.kaspi.kz', 'target_kaspi_wall'],
  ['www.wildberries.by', 'target_other_site'],
  ['global.wildberries.ru', 'target_other_site'],
  ['technodom.kz', 'target_other_site'],
  ['www.shop.kz', 'target_other_site'],
  ['magnum.kz', 'target_host_not_listed'],
  ['evil-wildberries.kz', 'target_host_not_listed'],
  ['wildberries.kz.evil.kz', 'target_host_not_listed'],
] as const)('%s: %s', (host, code) => {
  expect(unlistedCode(host, LISTED)).toBe(code);
});

test('of the same shop the listed sites are named', () => {
  expect(sameShop('wildberries.by', LISTED)).toEqual(['www.wildberries.kz', 'wildberries.kz']);
  expect(unlistedCode('kaspi.kz', ['www.kaspi.kz'])).toBe('target_other_site');
});
