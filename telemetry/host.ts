/** A Host field as RFC 9110 (7.2) writes it: a name or an address, and a port. Empty is allowed. */
const HOST = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._~!$&'()*+,;=%-]{0,255})(?::\d{0,5})?$/;
export const isHost = (value: string): boolean => HOST.test(value);

/**
 * RFC 9112 (3.2): more than one Host, or one that is none, is answered 400, because two readers could each believe
 * another one. A missing one Node refuses itself.
 */
export function hasSoundHost(rawHeaders: readonly string[]): boolean {
  let seen = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (seen || !isHost(rawHeaders[i + 1]!)) return false;
    seen = true;
  }
  return true;
}
