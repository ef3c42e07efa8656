import { isIPv4, isIPv6 } from 'node:net';

/** The first groups of an IPv6 address, written out: no zone, no `::`, no leading zeros. */
export function ipv6Groups(ip: string, count: number): string {
  const [address = ''] = ip.split('%', 1);
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const right = tail === '' ? [] : tail.split(':');
    // An IPv4 address at the end stands for two groups.
    const after = right.length + (tail.includes('.') ? 1 : 0);
    while (groups.length < 8 - after) groups.push('0');
    groups.push(...right);
  }
  return groups
    .slice(0, count)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * What is kept of an address: "203.0.113.9" → "203.0.113.0/24", "2001:db8:1:2::3" → "2001:db8:1::/48"; empty
 * when it is no address. Enough to tell regions by, too little to tell people by.
 */
export function ipPrefix(ip: string): string {
  if (isIPv4(ip)) return `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
  return isIPv6(ip) ? `${ipv6Groups(ip, 3)}::/48` : '';
}
