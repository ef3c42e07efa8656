import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import Koa from 'koa';

import { readRedirectConfig } from '../redirect/config';
import { createRedirectService } from '../redirect/service';
import { createLogger } from '../telemetry/logger';

/** The very handler of the redirect inside Koa: what its place in front of a framework is worth. */
const service = createRedirectService(readRedirectConfig(process.env), createLogger('bench'));
const app = new Koa();
app.use((context) => {
  context.respond = false;
  service.handler.handle(context.req, context.res);
});
const callback = app.callback();
const server = createServer((request, response) => void callback(request, response));
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`ready http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  void service.close().then(() => process.exit(0));
});
