// `npm run audit`: known faults of what production runs, by the registry's advisories. Ends with 1 when there are some of
// severity high or critical, with 2 when the registry in use does not serve advisories: not knowing is not the same as none.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--omit=optional', '--json'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = {};
}
if (!report.vulnerabilities) {
  console.error(
    'This registry serves no advisories: run `npm run audit` where npm reaches one that does.',
  );
  process.exit(2);
}
const found = Object.values(report.vulnerabilities);
for (const { name, severity, range } of found) console.log(`${severity}  ${name}  ${range}`);
const grave = found.filter(({ severity }) => ['high', 'critical'].includes(severity));
console.log(`${found.length} known faults, ${grave.length} of them high or critical`);
process.exit(grave.length > 0 ? 1 : 0);
