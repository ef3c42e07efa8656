import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';

import { repoRoot } from '../../stack/root';
import { createTemporalClient } from '../../temporal/connection';
import { readTls } from '../../temporal/tls';
import * as journey from '../support/journey';
import { startTestPlatform, type TestPlatform } from '../support/platform';
import { claimNamespace, readSharedStack } from '../support/sharedStack';
import { hostPort } from '../support/tcpGate';

/**
 * Mutual TLS before Temporal's frontend, with the certificates that deploy/temporal/certificates.sh makes: a gate that ends
 * it stands before the shared server, which has none of its own.
 */
let dir: string;
let gate: Server;
let address: string;
let on: TestPlatform;
const sockets = new Set<TLSSocket>();

const make = (folder: string): string => {
  const script = join(repoRoot(), 'deploy', 'temporal', 'certificates.sh');
  execFileSync('sh', [script, folder], { stdio: 'pipe' });
  return folder;
};
const files = (folder: string, client: string): Record<string, string> => ({
  TEMPORAL_TLS_CA: join(folder, 'ca.pem'),
  TEMPORAL_TLS_CERT: join(folder, `${client}.pem`),
  TEMPORAL_TLS_KEY: join(folder, `${client}.key`),
  // The gate is at an address, and RFC 6066 knows only names.
  TEMPORAL_TLS_SERVER_NAME: 'localhost',
});
const ours = (client: string): Record<string, string> => files(join(dir, 'tls'), client);

beforeAll(async () => {
  dir = mkdtempSync(join(readSharedStack().dir, 'tls-'));
  const tls = make(join(dir, 'tls'));
  make(join(dir, 'strangers'));
  const temporal = hostPort(readSharedStack().urls.temporal);
  gate = createServer(
    {
      key: readFileSync(join(tls, 'server.key')),
      cert: readFileSync(join(tls, 'server.pem')),
      ca: readFileSync(join(tls, 'ca.pem')),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      sockets.add(socket);
      const inner = connect(temporal.port, temporal.host);
      socket.pipe(inner).pipe(socket);
      for (const one of [socket, inner]) one.on('error', () => undefined);
      socket.on('close', () => inner.destroy());
    },
  );
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(gate.address() as AddressInfo).port}`;
  on = await startTestPlatform({
    name: 'tls',
    temporal: { address, namespace: claimNamespace() },
    env: ours('worker'),
  });
}, 90_000);
afterAll(async () => {
  await on.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => gate.close(resolve));
  rmSync(dir, { recursive: true, force: true });
});

test('api and worker reach Temporal with their certificates, and an order goes its way', async () => {
  const influencer = on.data.influencers.find((one) => one.regime === 'demo_flat_10')!;
  const id = await journey.order(on, influencer, { status: 'approved' });
  await journey.conversionIs(on, id, 'PAYABLE');
});

async function answers(env: Record<string, string>): Promise<boolean> {
  const tls = readTls(env);
  const client = createTemporalClient({
    address,
    namespace: 'default',
    codecKeys: [{ id: 'k', bytes: Buffer.alloc(32) }],
    ...(tls && { tls }),
  });
  try {
    await client.withDeadline(Date.now() + 3_000, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  } finally {
    await client.connection.close();
  }
}

test.each<[string, () => Record<string, string>, boolean]>([
  ['a certificate of ours', () => ours('operator'), true],
  ['no TLS at all', () => ({}), false],
  ["a stranger's certificate", () => files(join(dir, 'strangers'), 'operator'), false],
  [
    "our authority, a stranger's certificate",
    () => ({
      ...files(join(dir, 'strangers'), 'operator'),
      TEMPORAL_TLS_CA: ours('api')['TEMPORAL_TLS_CA']!,
    }),
    false,
  ],
  [
    'our certificate, but the server is not of the authority that is believed',
    () => ({ ...ours('api'), TEMPORAL_TLS_CA: join(dir, 'strangers', 'ca.pem') }),
    false,
  ],
  [
    'our certificate, but the server goes by another name',
    () => ({ ...ours('api'), TEMPORAL_TLS_SERVER_NAME: 'elsewhere.example' }),
    false,
  ],
  [
    'the name the certificate has, wherever the server is',
    () => ({ ...ours('api'), TEMPORAL_TLS_SERVER_NAME: 'temporal' }),
    true,
  ],
])('%s: reaches Temporal: %#', async (_who, env, expected) => {
  expect(await answers(env())).toBe(expected);
});

test('half a setting, a missing file and a file that is no certificate are refused at start', () => {
  const { TEMPORAL_TLS_SERVER_NAME: _name, ...whole } = ours('api');
  for (const name of Object.keys(whole))
    expect(() => readTls({ ...whole, [name]: '' })).toThrow('go together');
  expect(() => readTls({ TEMPORAL_TLS_SERVER_NAME: 'temporal' })).toThrow('go together');
  expect(() => readTls({ ...whole, TEMPORAL_TLS_KEY: join(dir, 'none') })).toThrow(
    'cannot be read',
  );
  const junk = join(dir, 'junk');
  writeFileSync(junk, 'junk');
  expect(() => readTls({ ...whole, TEMPORAL_TLS_CERT: junk })).toThrow('not PEM');
  for (const address of ['127.0.0.1:7233', '[::1]:7233'])
    expect(() => readTls({ ...whole, TEMPORAL_ADDRESS: address })).toThrow('is an address');
  expect(readTls({ ...whole, TEMPORAL_ADDRESS: 'temporal:7233' })).toBeDefined();
  expect(readTls({})).toBeUndefined();
});

test('the script leaves a folder that is there as it is', () => {
  const before = readFileSync(join(dir, 'tls', 'ca.pem'), 'utf8');
  expect(() => make(join(dir, 'tls'))).toThrow();
  expect(readFileSync(join(dir, 'tls', 'ca.pem'), 'utf8')).toBe(before);
});
