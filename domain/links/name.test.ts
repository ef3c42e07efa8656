import { linkName, ownLinkName } from './name';

const MAGNUM = { title: '', targetUrl: null, programme: 'Magnum' };

test.each([
  ['the name its owner gave', { ...MAGNUM, title: 'Утренний чай' }, 'Утренний чай'],
  [
    'host and path of the address',
    { ...MAGNUM, targetUrl: 'https://www.magnum.kz/products/11207?city=almaty#top' },
    'magnum.kz/products/11207',
  ],
  [
    'the path as people read it',
    { ...MAGNUM, targetUrl: 'https://magnum.kz/%D1%87%D0%B0%D0%B9/' },
    'magnum.kz/чай',
  ],
  ['the host alone', { ...MAGNUM, targetUrl: 'https://magnum.kz/' }, 'magnum.kz'],
  ['the shop of a link to all of it', MAGNUM, 'Magnum'],
])('a link is called by %s', (_what, link, name) => {
  expect(linkName(link)).toBe(name);
});

test('a link to a whole shop has no name of its own', () => {
  expect(ownLinkName(MAGNUM)).toBeNull();
  expect(ownLinkName({ ...MAGNUM, title: 'Всё к чаю' })).toBe('Всё к чаю');
});
