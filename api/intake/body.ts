import type { IncomingMessage } from 'node:http';

export const MAX_BODY_BYTES = 65_536;
/** Tables of people, who upload one now and then. */
export const MAX_TABLE_BYTES = 1_048_576;
/**
 * A body that is too large is thrown away as it arrives, up to this much beyond what is taken, so that the sender
 * gets to read the 413; beyond it the connection is simply closed.
 */
const MAX_DISCARDED_BYTES = 983_040;

export type ReadBody = Buffer | 'too_large' | 'aborted';

/** The whole raw body, never holding more than `maxBytes` of it. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number = MAX_BODY_BYTES,
): Promise<ReadBody> {
  const maxDiscarded = maxBytes + MAX_DISCARDED_BYTES;
  const stated = Number(request.headers['content-length'] ?? 0);
  if (stated > maxDiscarded) return Promise.resolve('too_large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let kept = stated <= maxBytes;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) kept = false;
      if (kept) chunks.push(chunk);
      else chunks.length = 0;
      if (size > maxDiscarded) {
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
