import * as fc from 'fast-check';
import { parse } from 'yaml';

import { loadContract, type Operation } from '../../api/contract';
import { OPERATIONS } from '../../api/operations';
import { ROLES, scopeOf, type Role } from '../../domain/access';
import { fitting, type Document } from '../support/schemaArbitrary';
import { order, postback, startHarness, type Harness, type World } from './harness';
import { sessionOf, signedIn, type Person } from './people';

/** How many requests the suite promises (issue: at least 20,000), sent this many at a time. */
const REQUESTS = 20_400;
const AT_ONCE = 24;

let api: Harness;
let world: World;
let people: Map<Role, Person>;
let ids: string[];
const contract = loadContract();
const document = parse(contract.yaml) as Document;
const operations = [...contract.operations.values()];

const tenantOf = (role: Role): string =>
  ({ influencer: world.influencerId, brand: world.brandId, ops: 'ops' })[scopeOf(role)];

beforeAll(async () => {
  api = await startHarness({ clickhouse: true });
  world = await api.world();
  people = new Map();
  for (const role of ROLES) people.set(role, await signedIn(api, role, tenantOf(role)));
  const { body } = await postback(api, world, order(api, world));
  ids = [
    world.brandId,
    world.programmeId,
    world.influencerId,
    String(body['conversion_id']),
    String(body['receipt_id']),
    [...people.values()][0]!.userId,
  ];
}, 120_000);
afterAll(async () => {
  await api.stop();
});

type Sent = {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly who: Role | 'nobody' | 'key';
  readonly type: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
};

const junk = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '..', '\0', '%00', '%ff', "'", '*', '9'.repeat(400), '1e99', '-0'),
);

type Node = Record<string, unknown>;
const at = (operation: Operation): Node =>
  (document as unknown as { paths: Record<string, Record<string, Node>> }).paths[operation.path]![
    operation.method
  ]!;

/** A value for a parameter: mostly as the document wants it, sometimes a real id, sometimes anything. */
function parameterValue(parameter: Node): fc.Arbitrary<string> {
  const fits = fitting(document, parameter['schema']).map(String);
  return fc.oneof(
    { weight: 4, arbitrary: fits },
    { weight: 3, arbitrary: fc.nat().map((n) => ids[n % ids.length]!) },
    { weight: 1, arbitrary: junk },
  );
}

function parametersOf(operation: Operation, where: string): Node[] {
  const found = at(operation)['parameters'];
  const all = (Array.isArray(found) ? found : []) as Node[];
  return all
    .map((one) => {
      const name = typeof one['$ref'] === 'string' ? one['$ref'].split('/').pop()! : undefined;
      const shared = document as { components: { parameters: Record<string, Node> } };
      return name === undefined ? one : shared.components.parameters[name]!;
    })
    .filter((one) => one['in'] === where);
}

function pathOf(operation: Operation): fc.Arbitrary<string> {
  const parameters = parametersOf(operation, 'path');
  const queries = parametersOf(operation, 'query');
  const names = parameters.map((one) => String(one['name']));
  const values = fc.tuple(...parameters.map(parameterValue));
  const query = fc.record(
    Object.fromEntries(queries.map((one) => [String(one['name']), parameterValue(one)])),
    { requiredKeys: [] },
  );
  const extra = fc.oneof(
    { weight: 9, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('a=1', 'limit=1&limit=2', '%', '%ff=%ff', 'cursor=') },
  );
  return fc.tuple(values, query, extra).map(([chosen, asked, more]) => {
    let path = operation.path;
    names.forEach((name, n) => {
      path = path.replace(`{${name}}`, encodeURIComponent(chosen[n]!));
    });
    const search = [new URLSearchParams(asked as Record<string, string>).toString(), more];
    const text = search.filter((part) => part !== '').join('&');
    return text === '' ? path : `${path}?${text}`;
  });
}

function bodyOf(operation: Operation): fc.Arbitrary<string | undefined> {
  const request = at(operation)['requestBody'] as
    { content?: Record<string, { schema?: unknown }> } | undefined;
  const schema = request?.content?.['application/json']?.schema;
  if (schema === undefined)
    return fc.oneof(fc.constant(undefined), fc.constantFrom<string | undefined>('{}', 'x'));
  return fc.oneof(
    { weight: 6, arbitrary: fitting(document, schema).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
    { weight: 1, arbitrary: fc.constantFrom<string | undefined>(undefined, '{}', '[]', 'null') },
  );
}

/** Headers are bytes to HTTP: only values that can be sent at all. */
function headersOf(operation: Operation): fc.Arbitrary<Record<string, string>> {
  const fields = parametersOf(operation, 'header').map((one): [string, fc.Arbitrary<string>] => [
    String(one['name']),
    fitting(document, one['schema'])
      .map(String)
      .filter((value) => /^[\x21-\x7e]+$/.test(value)),
  ]);
  const chosen = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  return chosen as fc.Arbitrary<Record<string, string>>;
}

const request = (operation: Operation): fc.Arbitrary<Sent> =>
  fc.record({
    operation: fc.constant(operation),
    method: fc.oneof(
      { weight: 12, arbitrary: fc.constant(operation.method.toUpperCase()) },
      { weight: 1, arbitrary: fc.constantFrom('DELETE', 'PUT', 'OPTIONS', 'PATCH', 'HEAD') },
    ),
    path: pathOf(operation),
    who: fc.constantFrom<Role | 'nobody' | 'key'>(...ROLES, 'nobody', 'key'),
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-8') },
    ),
    body: bodyOf(operation),
    headers: headersOf(operation),
  });

/** Requests end sessions and lock people out; whoever is out gets a new one, so that the rest still gets in. */
async function credentials(who: Sent['who'], keys: string[]): Promise<Record<string, string>> {
  if (who === 'nobody') return {};
  if (who === 'key') return { authorization: `Bearer ${keys[0]}` };
  const person = people.get(who)!;
  await api.owner.query('update users set disabled_at = null, role = $2 where id = $1', [
    person.userId,
    who,
  ]);
  return sessionOf(api, person.userId, who);
}

const problems: string[] = [];
const statuses = new Map<number, number>();

/** An answer that has not begun by then never will. */
const HANGS_MS = 20_000;

async function send(sent: Sent, headers: Record<string, string>): Promise<void> {
  const hasBody = sent.method !== 'GET' && sent.method !== 'HEAD' && sent.body !== undefined;
  const response = await fetch(`${api.url}${sent.path}`, {
    signal: AbortSignal.timeout(HANGS_MS),
    method: sent.method,
    redirect: 'manual',
    headers: {
      ...headers,
      'content-type': sent.type,
      ...sent.headers,
    },
    ...(hasBody ? { body: sent.body } : {}),
  });
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream) await response.body?.cancel();
  else await response.arrayBuffer();
  // 503 is the harness's honest answer for what it does not run (Temporal, SMS); everything else is ours.
  if (response.status >= 500 && response.status !== 503)
    problems.push(`${response.status} ${sent.who} ${sent.method} ${sent.path} ${sent.body ?? ''}`);
}

test(`${REQUESTS} requests made from openapi.yaml: no 5xx, every answer fits the document`, async () => {
  const keys = [await api.key('brand', world.brandId)];
  const batch = fc.array(fc.oneof(...operations.map(request)), {
    minLength: AT_ONCE,
    maxLength: AT_ONCE,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(batch, async (sentAtOnce) => {
      const sessions = new Map<string, Record<string, string>>();
      for (const { who } of sentAtOnce)
        if (!sessions.has(who)) sessions.set(who, await credentials(who, keys));
      await Promise.all(
        sentAtOnce.map((sent) =>
          send(sent, sessions.get(sent.who)!).catch((failure: unknown) => {
            problems.push(`${String(failure)} ${sent.who} ${sent.method} ${sent.path}`);
          }),
        ),
      );
      expect(problems).toEqual([]);
      expect(api.violations).toEqual([]);
    }),
    { numRuns: REQUESTS / AT_ONCE, endOnFailure: true },
  );
  const [total, good] = [...statuses].reduce(
    ([all, fine], [status, count]) => [all + count, fine + (status < 300 ? count : 0)],
    [0, 0],
  );
  expect(total).toBeGreaterThanOrEqual(20_000);
  // A fuzz that is refused at the door proves nothing: a good part must have been served.
  expect(good / total).toBeGreaterThan(0.05);
}, 300_000);

test('every operation is in the fuzz', () => {
  expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(OPERATIONS).sort());
});
