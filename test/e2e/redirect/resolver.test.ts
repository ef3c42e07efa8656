import type { Loaded, LinkLoader } from '../../../redirect/linkLoader';
import { createResolver, type Resolver } from '../../../redirect/resolver';

type Link = { readonly state: string };

/** Stores under the test's hand, and a resolver with short limits in front of them. */
function world() {
  const stores: { load: () => Promise<Loaded<Link>>; asked: number } = {
    load: () => Promise.reject(new Error('not told')),
    asked: 0,
  };
  const loader: LinkLoader<Link> = {
    load() {
      stores.asked += 1;
      return stores.load();
    },
  };
  const resolver: Resolver<Link> = createResolver({
    loader,
    compile: (link: Link) => link,
    freshMs: 1_000,
    staleMs: 1_800,
    deadlineMs: 100,
    rereadMs: 30,
    maxKnown: 10,
    maxUnknown: 10,
  });
  const says = (state: string): void => {
    stores.load = () => Promise.resolve({ value: { state }, readAtMs: Date.now() });
  };
  return { resolver, stores, says };
}

let now: jest.SpyInstance<number, []>;
let movedMs = 0;
const clock = Date.now;
beforeEach(() => {
  movedMs = 0;
  now = jest.spyOn(Date, 'now').mockImplementation(() => clock() + movedMs);
});
afterEach(() => now.mockRestore());

/** What a click gets now. */
const click = async ({ resolver }: { resolver: Resolver<Link> }): Promise<string | undefined> => {
  const known = resolver.peek('code', Date.now());
  return (known === undefined ? await resolver.resolve('code') : known)?.state;
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([1_900, 15_000, 60_000, 86_400_000, 30 * 86_400_000])(
  '12.12, a link changed while nobody clicked for %i ms: the first click gets the new state, and back',
  async (idleMs) => {
    const one = world();
    for (const state of ['active', 'taken down', 'paused', 'active', 'elsewhere']) {
      one.says(state);
      expect(await click(one)).toBe(state);
      movedMs += idleMs;
    }
    one.stores.load = () => Promise.resolve({ value: undefined, readAtMs: Date.now() });
    expect(await click(one)).toBeUndefined();
  },
);

test('12.12, many clicks at once on an old entry ask the stores once', async () => {
  const one = world();
  one.says('active');
  await click(one);
  movedMs += 15_000;
  one.says('paused');
  const states = await Promise.all(Array.from({ length: 50 }, () => click(one)));
  expect([new Set(states), one.stores.asked]).toEqual([new Set(['paused']), 2]);
});

test('12.12, a young entry is served without asking, one in between at once with a refresh behind', async () => {
  const one = world();
  one.says('active');
  await click(one);
  one.says('paused');
  movedMs += 900;
  expect([await click(one), one.stores.asked]).toEqual(['active', 1]);
  movedMs += 500;
  expect([one.resolver.peek('code', Date.now())?.state, one.stores.asked]).toEqual(['active', 2]);
  await settled();
  expect(await click(one)).toBe('paused');
});

test.each([
  ['refuse', () => Promise.reject(new Error('down'))],
  ['hang', () => new Promise<never>(() => undefined)],
])('12.12, stores that %s: a warm link goes on, only the first click waits', async (way, load) => {
  const one = world();
  one.says('active');
  await click(one);
  one.stores.load = load;
  movedMs += 3_600_000;
  expect(await click(one)).toBe('active');
  // From then on nobody waits while it is in use.
  for (let i = 0; i < 20; i += 1) {
    expect(one.resolver.peek('code', Date.now())?.state).toBe('active');
    movedMs += 100;
  }
  if (way === 'hang') return;
  await settled();
  movedMs += 10_000;
  one.says('taken down');
  expect(await click(one)).toBe('taken down');
});

test('12.12, an outage excuses old states no longer than two seconds after it', async () => {
  const one = world();
  one.says('active');
  await click(one);
  movedMs += 60_000;
  one.stores.load = () => Promise.reject(new Error('down'));
  expect(await click(one)).toBe('active');
  await settled();
  one.says('taken down');
  movedMs += 2_001;
  expect(await click(one)).toBe('taken down');
});

test('12.12, with Postgres away the newer of two old states counts: ours or the shared cache’s', async () => {
  const one = world();
  one.says('active');
  await click(one);
  const readAtMs = Date.now();
  movedMs += 60_000;
  one.stores.load = () =>
    Promise.resolve({ value: { state: 'older' }, readAtMs: readAtMs - 5_000 });
  expect(await click(one)).toBe('active');
  await settled();
  one.stores.load = () =>
    Promise.resolve({ value: { state: 'newer' }, readAtMs: readAtMs + 5_000 });
  movedMs += 60_000;
  expect(await click(one)).toBe('newer');
  expect(one.resolver.peek('code', Date.now())?.state).toBe('newer');
});

test('12.12, a clock that stepped back makes nothing young again', async () => {
  const one = world();
  one.says('active');
  await click(one);
  one.says('paused');
  movedMs -= 3_600_000;
  expect(await click(one)).toBe('paused');
  one.says('active');
  movedMs += 1_900;
  expect(await click(one)).toBe('active');
});
