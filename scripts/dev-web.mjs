// Hot reload for both apps beside a running platform (`npm run stack` in another terminal): Vite serves the
// pages, everything else goes to the API named in .gamma/ready.json.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

import { APPS } from '../web/apps.mjs';
import { viteConfig } from '../web/vite.mjs';
import { generateWebSources } from './web-sources.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function apiUrl() {
  const ready = await readFile(join(root, '.gamma', 'ready.json'), 'utf8').catch(() => null);
  const url = ready ? JSON.parse(ready).api : null;
  if (!url) {
    console.error('No platform is up: start one with `npm run stack`, then run this again.');
    process.exit(1);
  }
  return url;
}

const target = await apiUrl();
const proxied = {
  target,
  changeOrigin: true,
  // The API accepts commands from its own origin only, and the page's origin here is Vite's.
  headers: { origin: new URL(target).origin },
};
const proxy = Object.fromEntries(['/v1', '/docs', '/openapi.yaml'].map((path) => [path, proxied]));

await generateWebSources();
let port = 5173;
for (const app of Object.keys(APPS)) {
  const config = viteConfig(app, { outDir: join(root, 'dist', 'web', app), mode: 'development' });
  const server = await createServer({
    ...config,
    server: { ...config.server, host: '127.0.0.1', port, proxy },
  });
  await server.listen();
  port = (server.config.server.port ?? port) + 1;
  console.log(`web/${app}: ${server.resolvedUrls?.local[0]}`);
}
