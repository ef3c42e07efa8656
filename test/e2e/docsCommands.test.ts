import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { repoRoot } from '../../stack/root';
import { makeCheckout, type Checkout, type Running } from './docsCheckout';
import { commandsIn, documents, sessionOf, type DocCommand } from './shellBlocks';

/**
 * Every command of every page: those of shell blocks are run here, page by page, in a checkout with the platform
 * up; the rest is in this closed table, with the place that runs it. A command in neither fails, and so does a
 * line of the table that no page needs.
 */
type Elsewhere = {
  readonly command: RegExp;
  /** Only on this page. */
  readonly page?: string;
  /** The file that runs it, and what stands there. */
  readonly by?: readonly [file: string, text: string];
  /** Nothing runs it, and why. */
  readonly cannot?: string;
};

const HERE = 'test/e2e/docsCommands.test.ts';
const ELSEWHERE: readonly Elsewhere[] = [
  { command: /^npm ci && npm start$/, by: [HERE, "start('npm start')"] },
  { command: /^npm start$/, by: [HERE, "start('npm start')"] },
  { command: /^npm run stack$/, by: [HERE, "start('npm run stack')"] },
  { command: /^npm start -- --once --json$/, by: [HERE, "'npm start -- --once --json'"] },
  {
    command: /^npm start -- --tax-base after_fee$/,
    by: ['test/e2e/purchase.test.ts', 'after_fee'],
  },
  { command: /^npm run dev$/, by: [HERE, "start('npm run dev')"] },
  { command: /^npm run reset$/, by: [HERE, "'npm run reset'"] },
  { command: /^npm run screenshots$/, by: [HERE, 'npm run screenshots --'] },
  {
    command: /^npm run (staff|totp)( --.*)?$/,
    page: 'README.md',
    by: [HERE, 'docs/quick-start/operator.md'],
  },
  { command: /^npm run (staff|totp)$/, by: [HERE, 'docs/quick-start/operator.md'] },
  { command: /^npm (ci && npm )?test$|^npm ci$/, by: ['.ci/run', 'npm ci && npm test'] },
  {
    command: /^npm run rebuild( -- --dry-run)?$/,
    by: ['test/e2e/rebuild.test.ts', "distFile('cli', 'rebuild.js')"],
  },
  { command: /^npm run build$/, by: ['package.json', 'npm run --silent build'] },
  { command: /^npx tsc --noEmit -p web$/, by: ['package.json', 'tsc --noEmit -p web'] },
  { command: /^node scripts\/web-sources\.mjs$/, by: [HERE, "'node scripts/web-sources.mjs'"] },
  { command: /^npx jest /, by: [HERE, '--listTests'] },
  {
    command: /GAMMA_RECORD=\$\(date \+%F\) npx jest test\/e2e\/replay\/live$/,
    by: ['test/e2e/replay/live.test.ts', 'GAMMA_RECORD'],
  },
  {
    command: /^npm ci (--omit=dev )?--ignore-scripts$/,
    by: ['deploy/Dockerfile', '--ignore-scripts'],
  },
  {
    command: /[\s\S]*/,
    page: 'docs/postbacks.md',
    by: ['test/api/docs.test.ts', "example('shell')"],
  },
  { command: /make-env\.sh/, by: ['test/pure/composeFiles.test.ts', 'make-env.sh'] },
  {
    command: /^npm run simulate -- /,
    by: ['test/e2e/docsCommands.test.ts', 'npm run -s simulate'],
  },
  {
    command: /^npm run bench\b/,
    cannot: 'twenty minutes on a quiet machine; the options are read below',
  },
  {
    command: /^docker(-| )compose/,
    cannot: 'a container engine; deploy/README.md says what was checked',
  },
  { command: /[\s\S]*/, page: 'deploy/README.md', cannot: 'a host with a container engine' },
];

const root = repoRoot();
const pages = documents(root);
const all = pages.flatMap((file) => commandsIn(root, file));
const entryOf = ({ file, text }: DocCommand): Elsewhere | undefined =>
  ELSEWHERE.find(
    ({ command, page }) => (page === undefined || page === file) && command.test(text),
  );

// Each of its commands builds the checkout again, beside whatever else the machine does.
jest.setTimeout(300_000);

let checkout: Checkout;
beforeAll(async () => {
  checkout = await makeCheckout();
});
afterAll(() => checkout.remove());

/** The commands of one page in one shell, which stops at the first that fails. */
async function readAlong(file: string): Promise<string> {
  const typed = sessionOf(root, file).filter((text) => !entryOf({ file, text }));
  const script = typed.flatMap((text, i) => [`printf '@@ %s\\n' ${i}`, text]).join('\n');
  const said = await checkout.run(`set -eu\n${script}`, 200_000);
  const last = typed[Number([...said.out.matchAll(/^@@ (\d+)$/gm)].at(-1)?.[1] ?? 0)];
  expect({ file, last, ...said }).toMatchObject({ status: 0 });
  return said.out;
}

describe('the table', () => {
  test('knows every command that stands outside a shell block', () => {
    const run = new Set(pages.flatMap((file) => sessionOf(root, file)));
    expect(all.filter((one) => !entryOf(one) && !run.has(one.text))).toEqual([]);
  });

  test('has no line that no page needs, and each names a file that runs the command', () => {
    const used = new Set(all.map(entryOf));
    for (const entry of ELSEWHERE) {
      expect({ command: entry.command.source, used: used.has(entry) }).toMatchObject({
        used: true,
      });
      const [file, text] = entry.by ?? [];
      if (file && text) expect(readFileSync(join(root, file), 'utf8')).toContain(text);
      else expect(entry.cannot).toBeTruthy();
    }
  });

  test('one life is told in full, and many are lived', async () => {
    const told = await checkout.run('npm run -s simulate -- --seed 490', 120_000);
    expect(told).toMatchObject({ status: 0 });
    expect(await checkout.run('npm run -s simulate -- --seeds 3 --from 7 ', 120_000)).toMatchObject(
      {
        status: 0,
      },
    );
  }, 300_000);

  test('bench takes the options its page gives it', async () => {
    const typed = all.filter(({ text }) => text.startsWith('npm run bench -- '));
    expect(typed.length).toBeGreaterThan(2);
    for (const { text } of typed) {
      const asked = `node dist/bench/main.js ${text.slice('npm run bench -- '.length)} --help`;
      expect({ asked, ...(await checkout.run(asked)) }).toMatchObject({ status: 0 });
    }
  });

  test('jest finds tests where CONTRIBUTING sends it', async () => {
    const typed = new Set(
      all.map(({ text }) => text).filter((text) => text.startsWith('npx jest ')),
    );
    expect(typed.size).toBeGreaterThan(2);
    for (const text of typed) {
      const { status, out } = await checkout.run(`${text} --listTests`);
      expect({ text, status, found: out.includes('.test.ts') }).toEqual({
        text,
        status: 0,
        found: true,
      });
    }
  });
});

describe('beside a platform that is up', () => {
  let platform: Running;
  beforeAll(async () => {
    platform = checkout.start('npm start');
    await checkout.isUp(platform);
  });
  afterAll(async () => {
    expect(await checkout.stop(platform)).toBe(0);
  });

  test('npm start shows where everything is', () => {
    for (const name of ['Influencer app', 'Brand and ops', 'Temporal UI', '/docs', 'npm run totp'])
      expect(platform.said()).toContain(name);
  });

  test('the engineer’s quick start', async () => {
    const said = await readAlong('docs/quick-start/engineer.md');
    for (const text of [
      '"verdict":"accepted"',
      '"verdict":"duplicate"',
      '"verdict":"refused"',
      '"applied":1',
      'idempotency-replayed: true',
      'idempotency_key_reused',
      'ratelimit: ',
      'x-request-id: ',
    ])
      expect(said).toContain(text);
    expect(existsSync(join(checkout.dir, 'gamma-api.d.ts'))).toBe(true);
  });

  test('the operator’s quick start', async () => {
    const said = await readAlong('docs/quick-start/operator.md');
    expect(said).toMatch(/^\d{6}$/m);
    expect(said).toMatch(/on its way to that mailbox/);
  });

  const others = pages.filter(
    (file) =>
      !/quick-start\/(engineer|operator)\.md$/.test(file) &&
      sessionOf(root, file).some((text) => !entryOf({ file, text })),
  );
  test.each(others)('%s', async (file) => {
    await readAlong(file);
  });

  test('npm run dev serves both apps', async () => {
    const dev = checkout.start('npm run dev');
    try {
      const urls = await urlsOf(dev);
      for (const url of urls) expect((await fetch(url)).status).toBe(200);
    } finally {
      await checkout.interrupt(dev);
    }
    expect((await checkout.run('node scripts/web-sources.mjs')).status).toBe(0);
  });

  test('npm run screenshots makes pictures', async () => {
    const made = await checkout.run('npm run screenshots -- --only api-reference', 200_000);
    expect(made).toMatchObject({ status: 0 });
    expect(existsSync(join(checkout.dir, 'docs/images/api-reference.png'))).toBe(true);
  });
});

async function urlsOf({ child, said }: Running): Promise<string[]> {
  const urls = (): string[] =>
    [...said().matchAll(/^web\/\w+: (\S+)$/gm)].map(([, url = '']) => url);
  while (urls().length < 2) {
    if (child.exitCode !== null) throw new Error(said());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return urls();
}

describe('one after the other', () => {
  test('npm run stack comes up and drives nothing', async () => {
    const stack = checkout.start('npm run stack');
    await checkout.isUp(stack);
    expect(stack.said()).not.toContain('One purchase');
    expect(await checkout.stop(stack)).toBe(0);
  });

  test('npm start -- --once --json ends with one JSON line', async () => {
    const { status, out } = await checkout.run('npm start -- --once --json', 200_000);
    expect({ status, out }).toMatchObject({ status: 0 });
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({ ok: true });
  });

  test('npm run reset removes the data of the checkout', async () => {
    expect(await checkout.run('npm run reset')).toMatchObject({ status: 0 });
    expect(existsSync(join(checkout.dir, '.gamma'))).toBe(false);
  });
});
