import { connect } from 'node:net';

export type RawRequest = {
  method: string;
  path: string;
  headers: [string, string][];
  body: Buffer;
  /** Sends the body in chunks and no Content-Length. */
  chunked?: boolean;
};

/** Straight onto the socket: an HTTP client would repair half of what these tests send. */
export function sendRaw(url: string, raw: RawRequest): Promise<{ status: number; code: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const received: Buffer[] = [];
    const framing: [string, string] = raw.chunked
      ? ['Transfer-Encoding', 'chunked']
      : ['Content-Length', String(raw.body.length)];
    const head = [...raw.headers, framing, ['Connection', 'close'], ['Host', 'api']]
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    socket.write(`${raw.method} ${raw.path} HTTP/1.1\r\n${head}\r\n`, 'latin1');
    if (raw.chunked) {
      socket.write(`${raw.body.length.toString(16)}\r\n`);
      socket.write(raw.body);
      socket.write('\r\n0\r\n\r\n');
    } else socket.write(raw.body);
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      const text = Buffer.concat(received).toString();
      const status = Number(text.split(' ', 2)[1]);
      const json = text.slice(text.indexOf('\r\n\r\n') + 4);
      resolve({ status, code: (JSON.parse(json) as { code: string }).code });
    });
  });
}
