/**
 * The closed list of id prefixes. An id is `<prefix>_<opaque>`; the prefix says what it names, the rest
 * carries no meaning and never any personal data (ids travel to Temporal, logs and URLs in clear).
 */
export const ID_PREFIX = {
  brand: 'brd',
  programme: 'prg',
  influencer: 'inf',
  link: 'lnk',
  catalogueItem: 'itm',
  apiKey: 'key',
  receipt: 'rcp',
  conversion: 'cnv',
  payout: 'pay',
  payoutBatch: 'bat',
  payoutReview: 'prv',
  payoutApproval: 'apv',
  user: 'usr',
  session: 'ses',
  invitation: 'inv',
  decision: 'dcs',
  linkImport: 'imp',
  linkReport: 'rpt',
  debt: 'dbt',
  recovery: 'rec',
  mail: 'mai',
  netting: 'net',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

/** Crockford base32 without I, L, O, U: survives being read aloud, sorts by bytes. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Encodes bytes (16 gives 26 characters) into an id of the given kind. The bytes' source decides uniqueness. */
export function idFromBytes(kind: IdKind, bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31];
  return `${ID_PREFIX[kind]}_${text}`;
}
