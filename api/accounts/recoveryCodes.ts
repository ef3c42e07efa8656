import { hash, randomBytes } from 'node:crypto';

/** Instead of an authenticator that was lost: ten codes of 80 random bits, each good once. */
const CODES = 10;
const BYTES = 10;
/** Crockford base32: no I, L, O or U to mix up with others on paper. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function newCode(): string {
  let bits = BigInt(`0x${randomBytes(BYTES).toString('hex')}`);
  let text = '';
  for (let i = 0; i < (BYTES * 8) / 5; i += 1) {
    text += ALPHABET[Number(bits & 31n)];
    bits >>= 5n;
  }
  return text.replace(/.{4}(?=.)/g, '$&-');
}

/** As read from paper: case, hyphens and spaces do not matter, and look-alikes are read as what is used. */
export function recoveryCodeHash(code: string): Buffer {
  const canonical = code
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replace(/[il]/g, '1')
    .replace(/o/g, '0');
  return hash('sha256', canonical, 'buffer');
}

export function newRecoveryCodes(): { readonly plain: string[]; readonly hashes: Buffer[] } {
  const plain = Array.from({ length: CODES }, newCode);
  return { plain, hashes: plain.map(recoveryCodeHash) };
}
