import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { chromium } from 'playwright-core';

import { qrGrid, qrPng, qrSvg } from '../../../api/links/qr';
import { startHarness, type Harness } from '../harness';
import { openShop, type Shop } from './world';

let api: Harness;
let shop: Shop;

beforeAll(async () => {
  api = await startHarness();
  shop = await openShop(api);
});
afterAll(async () => {
  expect(api.violations).toEqual([]);
  await api.stop();
});

const decoded = (png: Buffer): string | undefined => {
  const { data, width, height } = PNG.sync.read(png);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
};
const fetched = async (path: string) => {
  const response = await fetch(`${api.url}/v1/influencers/${shop.world.influencerId}${path}`, {
    headers: shop.own.person.headers,
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
const linkOf = async () =>
  (await shop.own('POST', '/links', { url: `https://${shop.host}/p` })).body as {
    id: string;
    short_url: string;
  };

/** Value of a PNG chunk. */
function chunkOf(png: Buffer, type: string): Buffer {
  const at = png.indexOf(type, 8, 'latin1');
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
}

test('a PNG is read by a decoder, prints as wide as asked, and carries the sub ids', async () => {
  const link = await linkOf();
  const { response, bytes } = await fetched(
    `/links/${link.id}/qr?format=png&size_mm=30&dpi=300&sub1=flyer`,
  );
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(decoded(bytes)).toBe(`${link.short_url}?sub1=flyer`);
  const { width, height } = PNG.sync.read(bytes);
  expect([width, height]).toEqual([354, 354]);
  const density = chunkOf(bytes, 'pHYs');
  expect([density.readUInt32BE(0), density.readUInt32BE(4), density[8]]).toEqual([11811, 11811, 1]);
});

test('an SVG is drawn by a browser and read by a decoder', async () => {
  const link = await linkOf();
  const { response, bytes } = await fetched(`/links/${link.id}/qr`);
  expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
  expect(bytes.toString()).toContain('width="40mm" height="40mm"');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 300, height: 300 } });
    await page.setContent(`<body style="margin:0">${bytes.toString()}</body>`);
    expect(decoded(await page.screenshot())).toBe(link.short_url);
  } finally {
    await browser.close();
  }
});

test.each([
  [10, 600],
  [25, 600],
  [77, 300],
  [300, 100],
  [300, 1200],
])('%d mm at %d dpi: both forms, or a refusal that says so', async (size, dpi) => {
  const link = await linkOf();
  for (const form of [`format=svg&size_mm=${size}`, `format=png&size_mm=${size}&dpi=${dpi}`]) {
    const { response, bytes } = await fetched(`/links/${link.id}/qr?${form}`);
    if (response.status === 200 && form.includes('png'))
      expect(decoded(bytes)).toBe(link.short_url);
    if (response.status !== 200)
      expect(JSON.parse(bytes.toString())).toMatchObject({ code: 'qr_size_unfit' });
  }
});

test('sizes outside 10 to 300 mm and 72 to 1200 dpi are refused', async () => {
  const link = await linkOf();
  for (const query of [
    'size_mm=9',
    'size_mm=301',
    'dpi=71',
    'dpi=1201',
    'format=gif',
    'size_mm=1e2',
  ])
    expect((await fetched(`/links/${link.id}/qr?${query}`)).response.status).toBe(400);
});

test('every length of address is read, with a quiet zone of four modules and level Q', async () => {
  for (const length of [20, 60, 120, 250]) {
    const text = `https://g.example/${'a'.repeat(length)}`;
    const grid = qrGrid(text);
    for (const edge of [0, 1, 2, 3]) {
      expect(grid[edge]!.some(Boolean)).toBe(false);
      expect(grid[grid.length - 1 - edge]!.some(Boolean)).toBe(false);
      expect(grid.some((row) => row[edge] === true || row[grid.length - 1 - edge] === true)).toBe(
        false,
      );
    }
    const png = await qrPng(grid, 60, 300);
    expect(png.ok && decoded(png.value)).toBe(text);
    // Level Q: the two format bits left of the lower finder pattern are 1 1 after unmasking (ISO/IEC 18004 table 25).
    const bits = [grid[12]![4]!, grid[12]![5]!];
    expect(bits.map(Number)).toEqual([1 ^ 1, 1 ^ 0]);
    expect(qrSvg(grid, 60).ok).toBe(true);
  }
});
