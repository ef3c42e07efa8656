import { askForAttention } from '../../sandbox/demo/attention';
import { call, until } from '../../sandbox/demo/http';
import { startTestPlatform, type TestPlatform } from '../support/platform';

/** What `npm start` leaves for brands and operators to look at: real clicks, found by the real signals. */

jest.setTimeout(240_000);

let on: TestPlatform;
beforeAll(async () => {
  on = await startTestPlatform({ name: 'attention' });
});
afterAll(() => on?.stop());

type Item = Record<string, unknown>;
const asOps = async (path: string): Promise<Item> =>
  (await call('GET', `${on.platform.urls.api}${path}`, { key: on.data.apiKeys.opsMaker })).body;
const codesOf = (body: Item): string[] =>
  (body['items'] as { signal: { code: string } }[]).map(({ signal }) => signal.code).sort();

test('a fresh platform has a burst with its signals, reports that wait, and an app that opens', async () => {
  const sent = await askForAttention(on.platform.urls, on.data);
  expect(sent).toEqual({ clicks: 488, reports: 3 });
  const signals = await until(
    'both signals of the burst',
    () => asOps('/v1/ops/fraud-signals'),
    (body) => codesOf(body).length >= 2,
    30_000,
  );
  expect(codesOf(signals)).toEqual(['link_velocity', 'network_velocity']);
  const reports = (await asOps('/v1/ops/link-reports?state=open'))['items'] as Item[];
  expect(reports.map(({ reason }) => reason)).toEqual(['other', 'broken', 'fraud']);
  const { id } = on.data.programmes.find(({ shop }) => shop === 'wildberries')!;
  const { body } = await call('GET', `${on.platform.urls.api}/v1/programmes/${id}`, {
    key: on.data.apiKeys.brand,
  });
  expect(body).toMatchObject({ android_package: 'com.wildberries.ru' });
});

test('a platform that has reports is left as it is', async () => {
  expect(await askForAttention(on.platform.urls, on.data)).toBeUndefined();
  expect((await asOps('/v1/ops/link-reports'))['items']).toHaveLength(3);
});
