import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often a connection is looked at in the time it may be silent. */
const LOOKS = 5;

type Heard = { bytes: number; silentLooks: number };

/**
 * Ends connections from which nothing came for `silentMs`, at most a fifth of that later: idle ones, and those whose
 * other end has gone or takes no answer. Node's `server.timeout` says the same by moving a timer several times a
 * request, and a click has no time for that; the bytes are counted anyway. Returns what stops it.
 */
export function endSilent(server: Server, silentMs: number): () => void {
  const open = new Map<Socket, Heard>();
  server.on('connection', (socket) => {
    // What was said before the first look is new to it; a connection that says nothing is as young as its first look.
    open.set(socket, { bytes: 0, silentLooks: -1 });
    socket.once('close', () => open.delete(socket));
  });
  const timer = setInterval(() => {
    for (const [socket, heard] of open) {
      const { bytesRead } = socket;
      heard.silentLooks = bytesRead === heard.bytes ? heard.silentLooks + 1 : 0;
      heard.bytes = bytesRead;
      if (heard.silentLooks >= LOOKS) socket.destroy();
    }
  }, silentMs / LOOKS).unref();
  return () => clearInterval(timer);
}
