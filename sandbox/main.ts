import { errorMessage } from '../telemetry/failure';
import { createLogger } from '../telemetry/logger';
import { sandboxConfig } from './config';
import { startSandbox } from './server';

/** Its one line on stdout, `ready http://HOST:PORT`, is what launchers wait for. */
async function main(): Promise<void> {
  const sandbox = await startSandbox(sandboxConfig(process.env));
  process.stdout.write(`ready ${sandbox.url}\n`);
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  createLogger('sandbox').error({ error: errorMessage(error) }, 'sandbox could not start');
  process.exitCode = 1;
});
