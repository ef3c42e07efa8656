import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

import type { TLSConfig } from '@temporalio/common/lib/internal-non-workflow';

import { ConfigError, type Env } from '../config/env';

/**
 * Mutual TLS with Temporal's frontend: who has no certificate of our authority does not get as far as the API. Files
 * in PEM: TEMPORAL_TLS_CA, TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY, all three or none; TEMPORAL_TLS_SERVER_NAME where the
 * server's certificate names another host than TEMPORAL_ADDRESS. Undefined: plain, for one machine of one's own.
 */
export function readTls(env: Env): TLSConfig | undefined {
  const [ca, certificate, key] = NAMES.map((name) => env[name] ?? '');
  const serverName = env['TEMPORAL_TLS_SERVER_NAME'] ?? '';
  const given = [ca, certificate, key].filter((path) => path !== '').length;
  if (given === 0 && serverName === '') return undefined;
  if (given !== NAMES.length)
    throw new ConfigError(`${NAMES.join(', ')} go together: set all of them or none.`);
  // TLS names servers by name only (RFC 6066 §3), and Node.js refuses to send an address: it would be asked for ever.
  const host = (env['TEMPORAL_ADDRESS'] ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && serverName === '')
    throw new ConfigError(
      'TEMPORAL_ADDRESS is an address: say the name in its certificate in TEMPORAL_TLS_SERVER_NAME.',
    );
  return {
    serverRootCACertificate: pem(ca!, NAMES[0]),
    clientCertPair: { crt: pem(certificate!, NAMES[1]), key: pem(key!, NAMES[2]) },
    ...(serverName !== '' && { serverNameOverride: serverName }),
  };
}

const NAMES = ['TEMPORAL_TLS_CA', 'TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'] as const;

function pem(path: string, name: string): Buffer {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    throw new ConfigError(`${name} names a file that cannot be read.`);
  }
  if (!file.includes('-----BEGIN ')) throw new ConfigError(`${name} names a file that is not PEM.`);
  return file;
}
