import { connect } from 'node:net';

export type Talk = {
  /** Of each answer on the connection. */
  readonly statuses: number[];
  /** How long the connection lived. */
  readonly livedMs: number;
};

/** Says `first`, then one of `pieces` each `everyMs` while the connection lives. */
export function slowTalk(
  url: string,
  first: string,
  pieces: { readonly text: string; readonly times: number; readonly everyMs: number },
): Promise<Talk> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const from = performance.now();
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    let heard = '';
    let left = pieces.times;
    const timer = setInterval(() => {
      if (left > 0 && socket.writable) socket.write(pieces.text);
      left -= 1;
    }, pieces.everyMs);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.once('close', () => {
      clearInterval(timer);
      const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) =>
        Number(status),
      );
      resolve({ statuses, livedMs: performance.now() - from });
    });
    // The one who stays until told to go: only the server ends it, or an honest sender's last answer.
    socket.on('end', () => {
      if (left <= 0) socket.destroy();
    });
    socket.write(first, 'latin1');
  });
}

const NOTHING = { text: '', times: 0, everyMs: 1_000 };
/** Statuses for a request sent at once; the connection is to end by itself. */
export const statusesOf = async (url: string, request: string): Promise<number[]> =>
  (await slowTalk(url, request, NOTHING)).statuses;

/** Requests that two readers could take for different ones, each after its request line. */
export const DAMAGED: readonly (readonly [name: string, version: string, headers: string])[] = [
  ['no Host', '1.1', 'Connection: close\r\n'],
  ['two Hosts', '1.1', 'Host: a.kz\r\nHost: b.kz\r\n'],
  ['two equal Hosts', '1.1', 'Host: a.kz\r\nhost: a.kz\r\n'],
  ['two Hosts in HTTP/1.0', '1.0', 'Host: a.kz\r\nHost: b.kz\r\n'],
  ['a Host with a blank', '1.1', 'Host: a.kz b.kz\r\n'],
  ['a Host with a path', '1.1', 'Host: a.kz/x\r\n'],
  ['a Host with a user', '1.1', 'Host: u@a.kz\r\n'],
  ['two Hosts in one', '1.1', 'Host: a.kz, b.kz\r\n'],
  ['a Host with a port that is none', '1.1', 'Host: a.kz:port\r\n'],
  ['two Content-Lengths', '1.1', 'Host: a.kz\r\nContent-Length: 1\r\nContent-Length: 2\r\n'],
  ['two equal Content-Lengths', '1.1', 'Host: a.kz\r\nContent-Length: 0\r\nContent-Length: 0\r\n'],
  [
    'a length and chunks',
    '1.1',
    'Host: a.kz\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n',
  ],
  ['chunks not last', '1.1', 'Host: a.kz\r\nTransfer-Encoding: chunked, identity\r\n'],
  ['a length that is none', '1.1', 'Host: a.kz\r\nContent-Length: +1\r\n'],
];
