import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';

import Koa from 'koa';

import { createWebMiddleware } from '../../api/web/middleware';

const SCRIPT = 'console.log("a script long enough to be worth packing")';
const PAGE =
  '<!doctype html><html data-session="__SESSION__"><style nonce="__CSP_NONCE__"></style>' +
  '<script>start()</script><script type="module" src="/app/assets/main-1.js"></script>';

let root: string;
let server: Server;
let port: number;

type RawAnswer = { status: number; headers: Map<string, string>; body: Buffer };

/** A request as bytes: no client tidies the path up on its way. */
async function raw(path: string, headers: string[] = [], method = 'GET'): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n'),
  );
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(pairs),
    body: bytes.subarray(end + 4),
  };
}

function writeApp(name: string, page: string): void {
  const folder = join(root, 'web', name);
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, '.vite'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), page);
  writeFileSync(join(folder, 'sw.js'), SCRIPT);
  writeFileSync(join(folder, 'manifest.webmanifest'), '{}');
  writeFileSync(join(folder, 'assets', 'main-1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets', 'main-1.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(folder, 'assets', 'main-1.js.gz'), gzipSync(SCRIPT));
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'gamma-web-'));
  writeFileSync(join(root, 'secret.txt'), 'secret');
  for (const name of ['influencer', 'brand', 'docs']) writeApp(name, PAGE);
  const app = new Koa();
  app.silent = true;
  app.use(
    createWebMiddleware({ root: join(root, 'web'), cardFormOrigin: 'https://pay.example.kz' }),
  );
  app.use((context) => {
    context.status = 404;
    context.body = 'next middleware';
  });
  const handle = app.callback();
  server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
  rmSync(root, { recursive: true, force: true });
});

describe('pages', () => {
  it.each(['/app/', '/app/links', '/app/orders/cnv_1', '/desk/brand/orders', '/docs', '/docs/'])(
    '%s is the app',
    async (path) => {
      const { status, headers, body } = await raw(path);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers.get('cache-control')).toBe('no-cache');
      expect(body.toString()).toContain('data-session="none"');
    },
  );

  it.each([
    ['/', '/app/'],
    ['/?lang=kk', '/app/?lang=kk'],
    ['/app', '/app/'],
    ['/desk', '/desk/'],
  ])('%s leads to %s', async (path, place) => {
    const { status, headers } = await raw(path);
    expect([status, headers.get('location')]).toEqual([302, place]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('carry a new nonce each time and no way to run a foreign script', async () => {
    const answers = [await raw('/app/'), await raw('/app/')];
    const nonces = answers.map(({ headers, body }) => {
      const policy = new Map(
        (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
          const [name = '', ...sources] = directive.split(' ');
          return [name, sources] as const;
        }),
      );
      expect(policy.get('default-src')).toEqual(["'self'"]);
      expect(policy.get('script-src')?.[0]).toBe("'self'");
      expect(policy.get('script-src')?.slice(1)).toEqual([expect.stringMatching(/^'sha256-/)]);
      expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
      expect(policy.get('base-uri')).toEqual(["'none'"]);
      expect(policy.get('object-src')).toEqual(["'none'"]);
      expect(policy.get('connect-src')).toEqual(["'self'"]);
      expect(policy.get('form-action')).toEqual(["'self'", 'https://pay.example.kz']);
      const nonce = /'nonce-([^']+)'/.exec(policy.get('style-src')?.join(' ') ?? '')?.[1];
      expect(body.toString()).toContain(`<style nonce="${nonce}">`);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('have the other security headers', async () => {
    const { headers } = await raw('/app/');
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('permissions-policy')).toContain('camera=()');
  });

  it('say whether a session cookie came, so that the app need not ask in vain', async () => {
    for (const name of ['gamma_session', '__Host-gamma_session']) {
      const { body } = await raw('/app/', [`Cookie: a=b; ${name}=x`]);
      expect(body.toString()).toContain('data-session="maybe"');
    }
  });

  it('are those of the newest build', async () => {
    await raw('/desk/');
    writeApp('brand', PAGE.replace('start()', 'startAgain()'));
    utimesSync(join(root, 'web', 'brand', 'index.html'), new Date(), new Date(Date.now() + 5_000));
    const { headers, body } = await raw('/desk/');
    expect(body.toString()).toContain('startAgain()');
    const before = await raw('/app/');
    const hash = (text: RawAnswer) =>
      /'sha256-[^']+'/.exec(text.headers.get('content-security-policy') ?? '')?.[0];
    expect(hash({ status: 200, headers, body })).not.toBe(hash(before));
  });
});

describe('files', () => {
  it('with a hash in the name are kept for a year, packed as the caller takes them', async () => {
    const brotli = await raw('/app/assets/main-1.js', ['Accept-Encoding: gzip, br']);
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(brotli.body).toString()).toBe(SCRIPT);
    const gzip = await raw('/app/assets/main-1.js', ['Accept-Encoding: gzip']);
    expect(gzip.headers.get('content-encoding')).toBe('gzip');
    const plain = await raw('/app/assets/main-1.js');
    expect([plain.headers.get('content-encoding'), plain.body.toString()]).toEqual([
      undefined,
      SCRIPT,
    ]);
    for (const { headers } of [brotli, gzip, plain]) {
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('vary')).toContain('Accept-Encoding');
      expect(headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('without one are asked for again each time, and not sent twice', async () => {
    const first = await raw('/app/sw.js');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await raw('/app/sw.js', [`If-None-Match: ${first.headers.get('etag')}`]);
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const manifest = await raw('/app/manifest.webmanifest');
    expect(manifest.headers.get('content-type')).toMatch(/^application\/manifest\+json/);
  });

  it('answer HEAD without a body', async () => {
    const { status, headers, body } = await raw('/app/assets/main-1.js', [], 'HEAD');
    expect([status, body.length]).toEqual([200, 0]);
    expect(Number(headers.get('content-length'))).toBe(SCRIPT.length);
  });
});

describe('anything else', () => {
  it.each([
    '/app/../../secret.txt',
    '/app/..%2f..%2fsecret.txt',
    '/app/%2e%2e/%2e%2e/secret.txt',
    '/app/assets/../../../secret.txt',
    '/app/assets/..%2f..%2f..%2fsecret.txt',
    '/app/..\\..\\secret.txt',
    '/app/%5c..%5csecret.txt',
    '/app//etc/passwd',
    '/app/%00',
    '/app/%',
    '/app/.vite/manifest.json',
    '/app/assets/',
    '/app/assets/gone-1.js',
    '/app/nope.php',
    '/apple',
    '/v1/me',
    '/web/secret.txt',
  ])('%s goes on to the next middleware', async (path) => {
    const { status, body } = await raw(path);
    expect([status, body.toString()]).toEqual([404, 'next middleware']);
  });

  it.each(['POST', 'PUT', 'DELETE'])('%s too', async (method) => {
    const { status, body } = await raw('/app/', ['Content-Length: 0'], method);
    expect([status, body.toString()]).toEqual([404, 'next middleware']);
  });
});
