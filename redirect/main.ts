import type { AddressInfo } from 'node:net';

import { logCrashes } from '../telemetry/crash';
import { errorMessage } from '../telemetry/failure';
import { createLogger, errorText } from '../telemetry/logger';
import { readRedirectConfig } from './config';
import { createRedirectServer } from './server';
import { createRedirectService } from './service';

const logger = createLogger('redirect');
logCrashes(logger);

const GRACE_MS = 5_000;

function main(): void {
  const config = readRedirectConfig(process.env);
  const service = createRedirectService(config, logger);
  const redirect = createRedirectServer(service.handler, logger);

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await redirect.close(GRACE_MS);
    await service.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));

  redirect.server.once('error', (failure) => {
    logger.error({ error: errorText(failure), port: config.port }, 'cannot listen');
    process.exit(1);
  });
  redirect.server.listen(config.port, config.host, 1024, () => {
    const { port } = redirect.server.address() as AddressInfo;
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    process.stdout.write(`ready http://${host}:${port}\n`);
  });
}

try {
  main();
} catch (failure) {
  process.stderr.write(`redirect cannot start: ${errorMessage(failure)}\n`);
  process.exit(1);
}
