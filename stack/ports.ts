import { createServer } from 'node:net';

const canListen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });

// Ports handed out by this process and perhaps not bound yet: engines start side by side.
const handedOut = new Set<number>();

/**
 * The preferred port or the next free one above it on loopback; 0 asks the system for any.
 * Somebody may still take it before the engine binds: engines then ask again from the next one.
 */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < Math.min(preferred + 500, 65_536); port += 1) {
    if (port !== 0 && handedOut.has(port)) continue;
    const bound = await canListen(port === 0 ? 0 : port);
    if (bound !== undefined && !handedOut.has(bound)) {
      handedOut.add(bound);
      return bound;
    }
    if (preferred === 0) return freePort(0);
  }
  throw new Error(
    `No free port on 127.0.0.1 from ${preferred} to ${preferred + 499}: free one of them and start again.`,
  );
}

/** Lets this process hand the port out again; call it when its user is gone. */
export function returnPort(port: number): void {
  handedOut.delete(port);
}
