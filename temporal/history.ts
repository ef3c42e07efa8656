import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';

/**
 * A workflow's history as JSON that the SDK's replayer reads, with payloads in clear: a recorded history must
 * outlive the keys of the installation it was made on. Only demo data is ever recorded.
 */
export async function exportHistory(
  client: Client,
  codec: PayloadCodec,
  workflowId: string,
): Promise<string> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  await decodeWithin(history, codec);
  // Who ran it (pid@host) says nothing to a replay and does not belong in a repository.
  return historyToJSON(history).replace(/("identity":\s*)"[^"]*"/g, '$1"recorded"');
}

const isPayload = (value: object): value is Payload =>
  'metadata' in value && 'data' in value && (value as Payload).data instanceof Uint8Array;

/** Payloads sit at many places of an event's attributes; whatever looks like one is decoded in place. */
async function decodeWithin(value: unknown, codec: PayloadCodec): Promise<void> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (isPayload(value)) {
    const [clear] = await codec.decode([value]);
    Object.assign(value, clear);
    return;
  }
  for (const inner of Array.isArray(value) ? (value as unknown[]) : Object.values(value))
    await decodeWithin(inner, codec);
}
