import { createCmac } from './cmac';

/** NIST SP 800-38B, examples for AES-256 (D.3), and two of a click id's length computed with OpenSSL. */
const KEY = Buffer.from('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'hex');

test.each([
  ['', '028962f61b7bf89efc6b551f4667d983'],
  ['6bc1bee22e409f96e93d7e117393172a', '28a7023f452e8f82bd4bf28d8c37c35c'],
  ['000102030405060708090a0b', 'eb281374db722081f4a13d6894e30e3b'],
  ['ffffffffffffffffffffffff', '0a2c3828520623870bac0ad95ab4f4af'],
])('of "%s"', (message, tag) => {
  const bytes = Buffer.from(message, 'hex');
  const cmac = createCmac(KEY);
  expect(cmac.tag(bytes, bytes.length).toString('hex')).toBe(tag);
  // The cipher keeps no state between blocks.
  expect(cmac.tag(bytes, bytes.length).toString('hex')).toBe(tag);
});

test('keys of another length and longer messages are bugs', () => {
  expect(() => createCmac(KEY.subarray(1))).toThrow(RangeError);
  expect(() => createCmac(KEY).tag(Buffer.alloc(17), 17)).toThrow(RangeError);
});

test('many at once are the tags of each', () => {
  const cmac = createCmac(KEY);
  for (const length of [0, 1, 12, 15, 16]) {
    const blocks = Buffer.from(Array.from({ length: 5 * 16 }, (_, i) => (i * 37) & 0xff));
    const each = Array.from({ length: 4 }, (_, i) => cmac.tag(blocks.subarray(i * 16), length));
    expect(cmac.tags(blocks, length, 4)).toEqual(Buffer.concat(each));
  }
  expect(cmac.tags(Buffer.alloc(0), 12, 0)).toHaveLength(0);
  expect(() => cmac.tags(Buffer.alloc(31), 12, 2)).toThrow(RangeError);
});
