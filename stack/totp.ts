import { Secret, TOTP } from 'otpauth';

import { DESK_LOGINS, readReady } from './logins';

/** `npm run totp -- ops-maker`: the authenticator of a demo person. */
const [wanted] = process.argv.slice(2);
const who = DESK_LOGINS.find(([name]) => name === wanted)?.[1];
const ready = readReady();
if (!who) {
  const names = DESK_LOGINS.map(([name]) => name).join(', ');
  process.stderr.write(`Usage: npm run totp -- NAME, one of ${names}\n`);
  process.exitCode = 2;
} else if (!ready) {
  process.stderr.write('The platform is not up: npm start\n');
  process.exitCode = 1;
} else {
  const totp = new TOTP({ secret: Secret.fromBase32(ready.logins[who].totpSecret) });
  process.stdout.write(`${totp.generate()}\n`);
  process.stderr.write(`valid for ${Math.ceil(totp.remaining() / 1000)} s, once\n`);
}
