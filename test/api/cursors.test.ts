import { parse } from 'yaml';

import { loadContract, type Operation } from '../../api/contract';
import { OPERATIONS } from '../../api/operations';
import { scopeOf, type Role } from '../../domain/access';
import { order, postback, startHarness, type Harness, type World } from './harness';
import { addRun } from './ops/desk';
import { signedIn, type Person } from './people';

/**
 * A cursor is ours to write and anybody's to send. Whatever well-formed one is made up, no list may hand its keys
 * to the database as a number or time they are not: 400 cursor_invalid or a page, never a failure.
 */
type Parameter = { readonly $ref?: string; readonly name?: string; readonly required?: boolean };
type Paths = Record<string, Record<string, { readonly parameters?: readonly Parameter[] }>>;

const contract = loadContract();
const { paths } = parse(contract.yaml) as { paths: Paths };
const parametersOf = ({ path, method }: Operation): readonly Parameter[] =>
  paths[path]?.[method]?.parameters ?? [];
const lists = [...contract.operations.values()].filter((operation) =>
  parametersOf(operation).some(({ $ref, name }) => name === 'cursor' || $ref?.endsWith('/Cursor')),
);

let api: Harness;
let world: World;
let batchId: string;
const importId = 'imp_00000000';
const people = new Map<Role, Person>();
const tenantOf = (role: Role): string =>
  ({ influencer: world.influencerId, brand: world.brandId, ops: 'ops' })[scopeOf(role)];

/** The first role of the operation's rule: what a list refuses does not depend on who asks. */
function roleOf(operation: Operation): Role {
  const rule = OPERATIONS[operation.id]!;
  if (rule.kind !== 'viewer') throw new Error(`${operation.id} is a list that anybody may read`);
  return rule.roles[0]!;
}

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
  world = await api.world();
  await postback(api, world, order(api, world));
  ({ batchId } = await addRun(api, world, 'frozen', 'reserved'));
  await api.owner.query(
    `insert into link_imports (id, influencer_id, body_sha256, finished_at) values ($1, $2, sha256('a'), now())`,
    [importId, world.influencerId],
  );
}, 120_000);
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

/** Each looks like a key of some list, and is none the database could read as one. */
const KEYS = [
  '',
  ' ',
  '0',
  '-1',
  '1.5',
  '1e3',
  'NaN',
  'infinity',
  'now',
  '9'.repeat(16),
  '9'.repeat(18),
  '9'.repeat(19),
  '9'.repeat(200),
  '9223372036854775808',
  '٣',
  '2026-02-31T00:00:00Z',
  '2026-02-31T00:00:00.000000Z',
  '2026-11-23T25:00:00.000000Z',
  '2026-11-23T23:59:60.000000Z',
  '2026-11-23T24:00:00Z',
  '0000-01-01T00:00:00.000000Z',
  '9999-12-31T23:59:59.999999Z',
  '2026-11-23T00:00:00.000000Z',
  '2026-11-23',
  'epoch',
  'cnv_00000000',
  'Ұзын ІD',
  "'; select 1; --",
  '{}',
  '\u0000',
  '\ud800',
];

const GOOD = ['1', '2026-11-23T00:00:00.000000Z', 'cnv_00000000'];

const written = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const ODD: readonly unknown[] = [
  null,
  [],
  {},
  0,
  'text',
  [null],
  [null, null],
  [1, 2],
  [['0'], '0'],
  [{}, {}],
  ['0', '0', '0', '0', '0', '0', '0'],
];

function cursors(): string[] {
  const one = KEYS.map((key) => [key]);
  // In each place, beside a good key of each kind: the keys of a list differ in kind.
  const two = KEYS.flatMap((key) =>
    GOOD.flatMap((good) => [
      [key, good],
      [good, key],
    ]),
  );
  const three = KEYS.map((key) => [key, '0', 'cnv_00000000']);
  return [...ODD, ...one, ...two, ...three].map(written);
}

async function ask(operation: Operation, cursor: string): Promise<string> {
  const { brandId, programmeId, influencerId } = world;
  const ids: Readonly<Record<string, string>> = {
    brandId,
    programmeId,
    influencerId,
    batchId,
    importId,
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? name);
  const period = 'from=2026-11-01&to=2026-11-20';
  const asked = parametersOf(operation).some(({ name, required }) => name === 'from' && required)
    ? `&${period}`
    : '';
  const response = await fetch(`${api.url}${path}?cursor=${encodeURIComponent(cursor)}${asked}`, {
    headers: people.get(roleOf(operation))!.headers,
  });
  const { code } = (await response.json()) as { code?: string };
  return response.status === 200 ? 'page' : `${response.status} ${code}`;
}

test('there are lists', () => expect(lists.length).toBeGreaterThan(15));

test.each(lists.map((operation) => [operation.id, operation] as const))(
  '%s: a made-up cursor is refused or is a page',
  async (_id, operation) => {
    const role = roleOf(operation);
    if (!people.has(role)) people.set(role, await signedIn(api, role, tenantOf(role)));
    const answers = new Map<string, unknown>();
    const waiting = cursors();
    const worker = async (): Promise<void> => {
      for (let cursor = waiting.pop(); cursor !== undefined; cursor = waiting.pop()) {
        const answer = await ask(operation, cursor);
        if (!answers.has(answer)) answers.set(answer, Buffer.from(cursor, 'base64url').toString());
      }
    };
    await Promise.all(Array.from({ length: 12 }, worker));
    const fine = ['page', '400 cursor_invalid', '400 parameter_invalid'];
    expect([...answers].filter(([answer]) => !fine.includes(answer))).toEqual([]);
    expect([...answers.keys()]).toContain('400 cursor_invalid');
  },
);
