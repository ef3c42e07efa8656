import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { endSilent } from '../../../redirect/silence';
import { until } from './platform';

const SILENT_MS = 250;
const ASK = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

let server: Server;
let stop: () => void;
let answered = 0;
beforeEach(async () => {
  answered = 0;
  server = createServer((_request, response) => {
    answered += 1;
    response.end('x');
  });
  server.keepAliveTimeout = 0;
  stop = endSilent(server, SILENT_MS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Talker = { readonly socket: Socket; endedAtMs: number | undefined };

async function talk(): Promise<Talker> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const talker: Talker = { socket, endedAtMs: undefined };
  socket.on('error', () => undefined).resume();
  socket.once('close', () => (talker.endedAtMs = performance.now()));
  await once(socket, 'connect');
  return talker;
}

test('ends a connection that says nothing, and one that fell silent, but none that talks', async () => {
  const [mute, idle, busy] = [await talk(), await talk(), await talk()];
  const lastWordMs = performance.now();
  idle.socket.write(ASK);
  await until('an answer', () => answered === 1);
  await until('mute and idle ended', () => {
    busy.socket.write(ASK);
    return mute.endedAtMs !== undefined && idle.endedAtMs !== undefined;
  });
  // A timer of Node may come a millisecond early by this clock.
  expect(idle.endedAtMs! - lastWordMs).toBeGreaterThanOrEqual(SILENT_MS - 2);
  const before = answered;
  busy.socket.write(ASK);
  await until('an answer of the one that talks', () => answered > before);
  expect(busy.endedAtMs).toBeUndefined();
});

test('ends a connection that stopped in the middle of a request', async () => {
  const half = await talk();
  half.socket.write(ASK.slice(0, 10));
  await until('half a request ended', () => half.endedAtMs !== undefined);
  expect(answered).toBe(0);
});
