// Draws the apps' PNG icons from web/icons/icon.svg with Chromium. Run by hand when the sign changes; the
// pictures are committed.
import { chromium } from 'playwright-core';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..', 'web');
const svg = await readFile(join(web, 'icons', 'icon.svg'), 'utf8');
/** Launchers cut maskable icons to their own shape: the sign stays in the middle 80 %. */
const maskable = svg.replace('rx="16"', '').replace('viewBox="0 0 64 64"', 'viewBox="-8 -8 80 80"');
const square = svg.replace('rx="16"', '');

const icons = [
  { name: 'icon-192.png', size: 192, picture: svg, ground: 'transparent' },
  { name: 'icon-512.png', size: 512, picture: svg, ground: 'transparent' },
  { name: 'icon-maskable-512.png', size: 512, picture: maskable, ground: '#0b7580' },
  { name: 'apple-touch-icon.png', size: 180, picture: square, ground: '#0b7580' },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();
for (const app of ['influencer', 'brand']) {
  const folder = join(web, app, 'public', 'icons');
  await mkdir(folder, { recursive: true });
  await copyFile(join(web, 'icons', 'icon.svg'), join(folder, 'icon.svg'));
  if (app !== 'influencer') continue;
  for (const { name, size, picture, ground } of icons) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>html,body{margin:0;background:${ground}}svg{display:block;width:100vw;height:100vh}</style>${picture}`,
    );
    await page.screenshot({ path: join(folder, name), omitBackground: ground === 'transparent' });
  }
}
await browser.close();
