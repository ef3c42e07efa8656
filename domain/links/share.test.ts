import { NETWORKS, placeTitle, shareTexts, shareTextsByNetwork } from './share';

test('a place is named by host and readable path', () => {
  const title = (href: string) => placeTitle(href, new URL(href).host);
  expect(title('https://www.a.kz/p/1/?x=2')).toBe('a.kz/p/1');
  expect(title('https://a.kz/%D1%82%D0%BE%D0%B2%D0%B0%D1%80')).toBe('a.kz/товар');
  expect(title('https://a.kz/%ff')).toBe('a.kz/%ff');
  expect(title(`https://a.kz/${'x'.repeat(200)}`)).toHaveLength(80);
});

const MUG = {
  title: 'Кружка',
  url: 'https://g.kz/abc',
  shop: 'Technodom',
  buyersPreferKaspi: false,
};

test('the label comes before anything else', () => {
  const texts = shareTexts(MUG);
  expect(texts.ru).toBe('Реклама. Кружка\nhttps://g.kz/abc');
  expect(texts.kk).toBe('Жарнама. Кружка\nhttps://g.kz/abc');
  expect(texts.en.startsWith('Реклама / Жарнама')).toBe(true);
  for (const text of Object.values(shareTextsByNetwork(MUG))) {
    expect(text.ru).toMatch(/^Реклама\. /);
    expect(text.kk).toMatch(/^Жарнама\. /);
    expect(text.en).toMatch(/^Реклама \/ Жарнама\. /);
  }
});

test.each(NETWORKS)('%s: an address that can be tapped, or where it stands', (network) => {
  const { ru, kk, en } = shareTexts(MUG, network);
  const inProfile = network === 'instagram' || network === 'tiktok';
  for (const text of [ru, kk, en]) expect(text.includes('https://')).toBe(!inProfile);
  expect(ru.includes('Ссылка на Technodom в описании профиля')).toBe(inProfile);
});

test('behind the Kaspi wall every text says where the order counts', () => {
  const texts = shareTextsByNetwork({ ...MUG, buyersPreferKaspi: true });
  for (const { ru, kk, en } of Object.values(texts)) {
    expect(ru).toMatch(/засчитывается на сайте Technodom по .*, на Kaspi не засчитывается$/);
    expect(kk).toMatch(/Technodom сайтында .* Kaspi-де есептелмейді$/);
    expect(en).toMatch(/counts on the site of Technodom by .*, not on Kaspi$/);
  }
  expect(texts.instagram.ru).toContain('по ссылке из профиля');
  expect(JSON.stringify(shareTextsByNetwork(MUG))).not.toContain('Kaspi');
});
