import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

import qrcode from 'qrcode-generator';

import { err, ok, type Result } from '../../domain/result';

const deflated = promisify(deflate);

/** Light modules that every reader needs around the code (ISO/IEC 18004 §6.3.8). */
export const QUIET_MODULES = 4;
/** Below this a printed dot is lost, above it a file is larger than any printer wants. */
const MIN_DOT_MM = 0.25;
const MAX_PIXELS = 8_000;
const MM_PER_INCH = 25.4;

/** Rows of dark modules with the quiet zone around; 25 % of the code may be damaged (level Q: paper gets dirty). */
export type QrGrid = readonly (readonly boolean[])[];

export function qrGrid(text: string): QrGrid {
  const code = qrcode(0, 'Q');
  code.addData(text, 'Byte');
  code.make();
  const count = code.getModuleCount();
  const at = Array.from({ length: count + 2 * QUIET_MODULES }, (_, n) => n - QUIET_MODULES);
  const inside = (n: number): boolean => n >= 0 && n < count;
  return at.map((row) =>
    at.map((column) => inside(row) && inside(column) && code.isDark(row, column)),
  );
}

const dotFits = (grid: QrGrid, sizeMm: number): boolean => sizeMm / grid.length >= MIN_DOT_MM;

/** Dark runs of a row as one path: "M4 4h7v1h-7z". */
function pathOf(grid: QrGrid): string {
  const parts: string[] = [];
  grid.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x += 1;
      const width = x - from + 1;
      parts.push(`M${from} ${y}h${width}v1h-${width}z`);
    }
  });
  return parts.join('');
}

/** `sizeMm` is the printed side with the quiet zone. */
export function qrSvg(grid: QrGrid, sizeMm: number): Result<string, 'qr_size_unfit'> {
  if (!dotFits(grid, sizeMm)) return err('qr_size_unfit');
  const side = grid.length;
  return ok(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sizeMm}mm" height="${sizeMm}mm" viewBox="0 0 ${side} ${side}" ` +
      `shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${pathOf(grid)}"/></svg>\n`,
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** One line of pixels, one bit each (0 dark), behind its filter byte. Dots are whole pixels; what is left is margin. */
function pixelLine(row: readonly boolean[], pixels: number, dot: number): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(pixels / 8), 0xff);
  line[0] = 0;
  const margin = Math.floor((pixels - dot * row.length) / 2);
  row.forEach((isDark, n) => {
    if (!isDark) return;
    for (let x = margin + n * dot; x < margin + (n + 1) * dot; x += 1)
      line[1 + (x >> 3)]! &= ~(0x80 >> (x & 7));
  });
  return line;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A black and white PNG (ISO/IEC 15948) that carries its density, so that it prints `sizeMm` wide without being
 * told: no dot is ever half a pixel, which is what makes printed codes fail.
 */
export async function qrPng(
  grid: QrGrid,
  sizeMm: number,
  dpi: number,
): Promise<Result<Buffer, 'qr_size_unfit'>> {
  const pixels = Math.round((sizeMm * dpi) / MM_PER_INCH);
  const dot = Math.floor(pixels / grid.length);
  if (!dotFits(grid, sizeMm) || dot < 2 || pixels > MAX_PIXELS) return err('qr_size_unfit');
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels, 0);
  header.writeUInt32BE(pixels, 4);
  // Bit depth 1, greyscale.
  header[8] = 1;
  const density = Buffer.alloc(9);
  const perMetre = Math.round((dpi * 1000) / MM_PER_INCH);
  density.writeUInt32BE(perMetre, 0);
  density.writeUInt32BE(perMetre, 4);
  density[8] = 1;
  const blank = pixelLine([], pixels, dot);
  const above = Math.floor((pixels - dot * grid.length) / 2);
  const lines = grid.flatMap((row) => new Array<Buffer>(dot).fill(pixelLine(row, pixels, dot)));
  const below = pixels - above - lines.length;
  const image = Buffer.concat([
    ...new Array<Buffer>(above).fill(blank),
    ...lines,
    ...new Array<Buffer>(below).fill(blank),
  ]);
  return ok(
    Buffer.concat([
      SIGNATURE,
      chunk('IHDR', header),
      chunk('pHYs', density),
      chunk('IDAT', await deflated(image, { level: 9 })),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}
