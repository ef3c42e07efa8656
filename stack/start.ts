import { errorText } from '../telemetry/logger';
import { parseArguments, USAGE } from './arguments';
import { runLauncher } from './launcher';

/** `npm start`, `npm run stack`, `npm start -- --once --json`. Exits non-zero with one clear sentence when a step fails. */
const parsed = parseArguments(process.argv.slice(2));
if (!parsed.ok) {
  process.stderr.write(`${parsed.error}\n\n${USAGE}\n`);
  process.exit(2);
}
runLauncher(parsed.value)
  .then((code) => process.exit(code))
  .catch((failure: unknown) => {
    process.stderr.write(`\n${errorText(failure).replace(/^(\w*Error|DemoFailure): /, '')}\n`);
    process.exit(1);
  });
