import type { IncomingMessage } from 'node:http';

export const MAX_BODY_BYTES = 65_536;
/**
 * A body that is too large is thrown away as it arrives, up to here, so that the sender gets to read the
 * 413; beyond it the connection is simply closed.
 */
const MAX_DISCARDED_BYTES = 1_048_576;

export type ReadBody = Buffer | 'too_large' | 'aborted';

/** The whole raw body, never holding more than MAX_BODY_BYTES of it. */
export function readBody(request: IncomingMessage): Promise<ReadBody> {
  const stated = Number(request.headers['content-length'] ?? 0);
  if (stated > MAX_DISCARDED_BYTES) return Promise.resolve('too_large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = stated <= MAX_BODY_BYTES;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) kept = false;
      if (kept) chunks.push(chunk);
      else chunks.length = 0;
      if (size > MAX_DISCARDED_BYTES) {
        request.pause();
        resolve('too_large');
      }
    });
    request.on('end', () => {
      if (!kept) resolve('too_large');
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('close', () => resolve('aborted'));
    request.on('error', () => resolve('aborted'));
  });
}
