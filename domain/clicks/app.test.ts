import { appOf, appOfPackage, appOfReferrer, readApp, referrerHost } from './app';

test.each([
  ['https://t.me/', 'telegram'],
  ['android-app://org.telegram.messenger/', 'telegram'],
  ['android-app://org.thunderdog.challegram/', 'telegram'],
  ['https://l.instagram.com/?u=1', 'instagram'],
  ['https://www.threads.com/', 'threads'],
  ['android-app://com.instagram.barcelona/', 'threads'],
  ['https://lm.facebook.com/', 'facebook'],
  ['https://away.vk.com/', 'vk'],
  ['https://notme.t.me.evil.kz/', null],
  ['https://fakeinstagram.com/', null],
  ['t.me', null],
  ['', null],
])('the referrer %j is %s', (referrer, app) => {
  expect(appOfReferrer(referrer)).toBe(app);
});

test.each([
  ['org.telegram.messenger', 'telegram'],
  ['org.telegram.messenger.web', 'telegram'],
  ['ORG.TELEGRAM.MESSENGER', 'telegram'],
  ['com.instagram.android', 'instagram'],
  ['com.instagram.barcelona', 'threads'],
  ['com.zhiliaoapp.musically', 'tiktok'],
  ['com.facebook.katana', 'facebook'],
  ['kz.some.app', 'other'],
  ['XMLHttpRequest', null],
  ['evil app', null],
  ['', null],
])('the package %j is %s', (name, app) => {
  expect(appOfPackage(name)).toBe(app);
});

test('what the agent says comes first, then the package, then the referrer', () => {
  expect(appOf('instagram', 'telegram', 'vk')).toBe('instagram');
  expect(appOf(null, 'telegram', 'vk')).toBe('telegram');
  expect(appOf('other', 'other', 'vk')).toBe('vk');
  expect(appOf(null, 'other', null)).toBe('other');
  expect(appOf('other', null, null)).toBe('other');
  expect(appOf(null, null, null)).toBeNull();
});

test('an app in a line is one of the list or none', () => {
  expect([readApp('telegram'), readApp('x'), readApp(undefined)]).toEqual(['telegram', null, null]);
});

test('a referrer that is no address has no host', () => {
  expect(referrerHost('HTTPS://T.me:443/x')).toBe('t.me');
  for (const text of ['', 'x', 'https://', 'https://a b/', 'https://u@a.kz/'])
    expect(referrerHost(text)).toBe('');
});
