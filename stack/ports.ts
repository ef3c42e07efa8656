import { randomInt } from 'node:crypto';
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
 * Below the ports that Linux and macOS give to outgoing connections (32768 and 49152 upwards): a port of theirs that is
 * free now may be somebody's connection before its server binds it, on a busy machine ever so often.
 */
const ANY = { from: 10_000, to: 32_767, tries: 200 };

async function claim(port: number): Promise<number | undefined> {
  if (handedOut.has(port)) return undefined;
  const bound = await canListen(port);
  if (bound === undefined || handedOut.has(bound)) return undefined;
  handedOut.add(bound);
  return bound;
}

async function anyPort(): Promise<number> {
  for (let tries = 0; tries < ANY.tries; tries += 1) {
    const port = await claim(randomInt(ANY.from, ANY.to + 1));
    if (port !== undefined) return port;
  }
  throw new Error(`No free port on 127.0.0.1 among ${ANY.tries} of ${ANY.from} to ${ANY.to}.`);
}

/**
 * The preferred port or the next free one above it on loopback; 0 is any.
 * Somebody may still take it before the engine binds: engines then ask again from the next one.
 */
export async function freePort(preferred: number): Promise<number> {
  if (preferred === 0) return anyPort();
  for (let port = preferred; port < Math.min(preferred + 500, 65_536); port += 1) {
    const claimed = await claim(port);
    if (claimed !== undefined) return claimed;
  }
  throw new Error(
    `No free port on 127.0.0.1 from ${preferred} to ${preferred + 499}: free one of them and start again.`,
  );
}

/** Lets this process hand the port out again; call it when its user is gone. */
export function returnPort(port: number): void {
  handedOut.delete(port);
}
