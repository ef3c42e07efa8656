import { errorMessage } from '../telemetry/failure';
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
    process.stderr.write(`\n${errorMessage(failure).replace(/^(\w*Error|DemoFailure): /, '')}\n`);
    process.exit(1);
  });
