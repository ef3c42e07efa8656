import { err, ok, type Result } from '../result';

/**
 * The address inside what people paste: shops' apps share "Look what I found https://… ", messengers wrap addresses in
 * signs, phones leave out the scheme. What surely does not belong to the address is left out; where that is a guess,
 * nothing is made of it, because a link to a wrong page costs its owner every sale.
 */

/** Marks that nobody sees; between other letters they mean nothing in an address. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
/** Never part of an address as browsers give it. */
const ENDS = String.raw`\s<>"«»“”„‟‹›`;
const WITH_SCHEME = new RegExp(`https?://[^${ENDS}\`]+`, 'giu');
const WITHOUT_SCHEME = new RegExp(
  String.raw`(?<![\p{L}\p{N}@.:/_-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z](?::\d+)?(?:/[^${ENDS}` +
    '`]*)?',
  'giu',
);
const ALONE =
  /^(?:\/\/)?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*(?::\d+)?(?:[/?#]\S*)?$/u;

/** Emoji and the like: an address from a browser's bar has them escaped. */
const SYMBOL =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{So}\u{1f3fb}-\u{1f3ff}\ufe0f\u20e3]/u;
const GOES_ON = /[0-9A-Za-z/?=&%]/;
const SENTENCE_END =
  /(?:[.,;:!?…'’‘‚*|^—–•。，、！？；：）】」』》\u202a-\u202e\u2066-\u2069]|%20|%C2%A0|%E2%80%8[B-F]|%EF%BB%BF)+$/iu;
const BRACKETS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const count = (text: string, sign: string): number => text.split(sign).length - 1;

/** Without what the sentence around it put behind the address; `before` is the sign in front of it. */
function trimmedEnd(address: string, before: string): string {
  let text = address;
  for (;;) {
    const last = text.slice(-1);
    const opening = BRACKETS[last];
    const wraps = (last === '_' || last === '~') && before === last;
    const isStray = wraps || (opening !== undefined && count(text, last) > count(text, opening));
    const shorter = isStray ? text.slice(0, -1) : text.replace(SENTENCE_END, '');
    if (shorter === text) return text;
    text = shorter;
  }
}

/** Undefined: it cannot be told where the address ends. */
function withoutSymbols(address: string): string | undefined {
  const at = address.search(SYMBOL);
  if (at < 0) return address;
  return GOES_ON.test(address.slice(at)) ? undefined : address.slice(0, at);
}

/** Addresses written without a blank between them; one that another carries as a value stays in it. */
const apart = (address: string): string[] =>
  address.split(/\]\((?=https?:\/\/)|(?<![=/?#&:])(?=https?:\/\/)/i).filter(Boolean);

const withHttps = (address: string): string => {
  const [, host = address] = /^(?:https?:)?\/\/(.*)$/is.exec(address) ?? [];
  return `https://${/^http:/i.test(address) ? host.replace(/^([^/?#]*):80(?=[/?#]|$)/, '$1') : host}`;
};

type Found = { readonly address: string; readonly before: string };

function find(text: string, pattern: RegExp): Found[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const before = text.charAt(match.index - 1);
    return apart(match[0]).map((address) => ({ address, before }));
  });
}

/** Addresses with a scheme, and those without one that lead to a page; only if there is none, a bare host. */
function candidates(text: string): Found[] {
  const full = find(text, WITH_SCHEME);
  const rest = text.replace(WITH_SCHEME, ' ');
  const bare = find(rest, WITHOUT_SCHEME);
  const pages = bare.filter(({ address }) => /\/[^/]/.test(address));
  const found = [...full, ...pages];
  return found.length > 0 ? found : bare.filter(({ address }) => /^www\./i.test(address));
}

/**
 * The one address in a text, with https; shops' hosts are asked for by it whatever was written. Text without any is
 * given back as it is, for the parser to say what is wrong.
 */
export function pastedAddress(text: string): Result<string, 'target_ambiguous'> {
  const trimmed = text.replace(INVISIBLE, '').trim();
  const found = candidates(trimmed);
  if (found.length === 0) return ok(ALONE.test(trimmed) ? withHttps(trimmed) : trimmed);
  const addresses = new Set<string>();
  for (const { address, before } of found) {
    const clean = withoutSymbols(address.replaceAll('&amp;', '&'));
    if (clean === undefined) return err('target_ambiguous');
    addresses.add(withHttps(trimmedEnd(clean, before)));
  }
  // Of two addresses we cannot know which is meant, and guessing could credit another shop.
  const [only] = addresses;
  return addresses.size > 1 || only === undefined ? err('target_ambiguous') : ok(only);
}
