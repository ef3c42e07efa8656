import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export type Gate = {
  readonly address: string;
  /** Connections and messages that came while it was not open. */
  readonly knocks: () => number;
  /**
   * open: carries on. closed: cuts what there is and refuses what comes, like a server that is down. hanging: takes
   * connections and answers nothing, like a host that is gone without a word.
   */
  set(state: 'open' | 'closed' | 'hanging'): void;
  stop(): Promise<void>;
};

/** Stands before a server and can take it away and give it back. */
export async function startGate(target: { host: string; port: number }): Promise<Gate> {
  let state: 'open' | 'closed' | 'hanging' = 'open';
  let knocks = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const swallow = (socket: Socket): void => void socket.on('data', () => (knocks += 1));
  const server: Server = createServer((inner) => {
    keep(inner);
    if (state !== 'open') knocks += 1;
    if (state === 'closed') return void inner.destroy();
    if (state === 'hanging') return swallow(inner);
    const outer = connect(target.port, target.host);
    keep(outer);
    inner.pipe(outer).pipe(inner);
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    knocks: () => knocks,
    set: (next) => {
      state = next;
      knocks = 0;
      // Hanging: what comes on open connections is answered by nobody either.
      for (const socket of sockets) {
        if (next === 'hanging') swallow(socket.unpipe().removeAllListeners('data'));
        else socket.destroy();
      }
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function hostPort(address: string): { host: string; port: number } {
  const [host = '', port = ''] = address.split(':');
  return { host, port: Number(port) };
}
