import { err, ok, type Result } from '../result';

/**
 * Where a link may lead. One parser (the WHATWG one that browsers use) both checks and writes the
 * address: what is sent out is the serialised form of exactly what was checked, never the text that
 * came in. Around it stands a stricter grammar, so that nothing other parsers read differently
 * (userinfo, backslashes, tabs, look-alike dots, odd ports) gets that far.
 */
export type TargetError =
  | 'target_missing'
  | 'target_too_long'
  | 'target_control_character'
  | 'target_backslash'
  | 'target_not_https'
  | 'target_malformed'
  | 'target_userinfo'
  | 'target_port'
  | 'target_ip_address'
  | 'target_host_not_listed';

/** `href` is serialised and ASCII; `host` is lower-case ASCII without a trailing dot. */
export type Target = { readonly href: string; readonly host: string };

const MAX_TEXT = 2048;
/** Cyrillic words grow sixfold when percent-encoded; answers beyond this are refused by shops' proxies. */
const MAX_HREF = 6144;

// Control characters, line separators and direction marks, which make an address read as another one.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
/** The same behind any depth of percent-encoding: %0d, %250d, %25250d … */
const ENCODED_CONTROL = /%(?:25)*(?:0[0-9a-f]|1[0-9a-f]|7f)/i;
const ENCODED_BACKSLASH = /%(?:25)*5c/i;
const SCHEME = /^https:\/\/(?![/\\])/i;
/** A host whose last label is a number is an IPv4 address to a browser, whatever its notation. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:0x[0-9a-f]*|[0-9]+)\.?$/i;
const ASCII = /^[\x21-\x7e]*$/;
const HOST = /^[^\s/?#@:%[\]<>^|"'`{}\\]+$/u;

/**
 * Reads a link target without asking whose host it is. Errors: see TargetError; every one means that
 * no redirect may happen.
 */
export function parseTarget(text: string): Result<Target, TargetError> {
  if (text === '') return err('target_missing');
  if (text.length > MAX_TEXT) return err('target_too_long');
  if (CONTROL.test(text) || ENCODED_CONTROL.test(text)) return err('target_control_character');
  if (text.includes('\\')) return err('target_backslash');
  if (!SCHEME.test(text)) return err('target_not_https');
  const authority = text.slice(8).split(/[/?#]/, 1)[0] ?? '';
  if (authority.includes('@')) return err('target_userinfo');
  if (authority.startsWith('[')) return err('target_ip_address');
  const [name = '', port, ...rest] = authority.split(':');
  if (rest.length > 0 || (port !== undefined && port !== '443')) return err('target_port');
  if (ENDS_IN_NUMBER.test(name)) return err('target_ip_address');
  if (!HOST.test(name)) return err('target_malformed');
  const path = text.slice(8 + authority.length).split(/[?#]/, 1)[0] ?? '';
  if (ENCODED_BACKSLASH.test(path)) return err('target_backslash');
  return serialise(text, name);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function serialise(text: string, name: string): Result<Target, TargetError> {
  const host = normaliseHost(name);
  if (host === undefined) return err('target_malformed');
  const url = parseUrl(text);
  if (!url) return err('target_malformed');
  url.hostname = host;
  const { href } = url;
  if (href.length > MAX_HREF) return err('target_too_long');
  // The setters above ignore what they dislike; only what reads back exactly may go out.
  if (url.protocol !== 'https:' || url.hostname !== host || url.port !== '') {
    return err('target_malformed');
  }
  if (!href.startsWith(`https://${host}/`)) return err('target_malformed');
  return ok({ href, host });
}

/**
 * A host name as it is compared: lower case, IDN as punycode, one trailing dot dropped. Undefined when
 * it is not a host name, or when a label written with other letters turns into plain ASCII ("ｗildberries",
 * "wildberries。kz"): such a spelling exists only to be misread.
 */
export function normaliseHost(name: string): string | undefined {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  const url = parseUrl(`https://${bare}/`);
  if (!url || url.host !== url.hostname || url.hostname === '') return undefined;
  const written = bare.split('.');
  const labels = url.hostname.split('.');
  if (written.length !== labels.length || labels.includes('')) return undefined;
  for (let i = 0; i < labels.length; i += 1) {
    const from = written[i] ?? '';
    const into = labels[i] ?? '';
    if (ASCII.test(from) ? from.toLowerCase() !== into : !into.startsWith('xn--')) return undefined;
  }
  return url.hostname;
}

/** parseTarget, and the host must be one of `hosts` (as normaliseHost gives them). No suffix matching. */
export function checkTarget(text: string, hosts: ReadonlySet<string>): Result<Target, TargetError> {
  const target = parseTarget(text);
  if (!target.ok) return target;
  return hosts.has(target.value.host) ? target : err('target_host_not_listed');
}

/** The address around the place of the click id: `head + id + tail` is the Location. */
export type ClickIdSlot = { readonly head: string; readonly tail: string };

/**
 * Finds or makes the place of `param` in a serialised address; all other bytes of it stay as they are.
 * The first occurrence is replaced and further ones are dropped, however their name is encoded: a shop
 * that reads the last one would otherwise credit a stranger's id.
 */
export function clickIdSlot(href: string, param: string): ClickIdSlot {
  const hashAt = href.indexOf('#');
  const hash = hashAt < 0 ? '' : href.slice(hashAt);
  const bare = hashAt < 0 ? href : href.slice(0, hashAt);
  const queryAt = bare.indexOf('?');
  if (queryAt < 0) return { head: `${bare}?${param}=`, tail: hash };
  const before: string[] = [];
  const after: string[] = [];
  let found = false;
  for (const piece of bare.slice(queryAt + 1).split('&')) {
    const name = piece.split('=', 1)[0] ?? '';
    if (decodedName(name) !== param) (found ? after : before).push(piece);
    else found = true;
  }
  const base = bare.slice(0, queryAt + 1);
  // A bare "?" holds one empty piece: nothing to keep.
  const kept = before.length === 1 && before[0] === '' ? [] : before;
  const head = `${base}${[...kept, `${param}=`].join('&')}`;
  return { head, tail: `${after.map((piece) => `&${piece}`).join('')}${hash}` };
}

/** The address of a slot without any click id: what a program that is no person is sent to. */
export function withoutClickId({ head, tail }: ClickIdSlot, param: string): string {
  const base = head.slice(0, -`${param}=`.length);
  if (base.endsWith('&')) return base.slice(0, -1) + tail;
  return tail.startsWith('&') ? base + tail.slice(1) : base.slice(0, -1) + tail;
}

function decodedName(name: string): string {
  if (!name.includes('%')) return name;
  return name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

/** Sets `param` to the click id: "https://a.kz/p?x=1#r" → "https://a.kz/p?x=1&sub1=ID#r". */
export function withClickId(href: string, param: string, clickId: string): string {
  const { head, tail } = clickIdSlot(href, param);
  return head + clickId + tail;
}
