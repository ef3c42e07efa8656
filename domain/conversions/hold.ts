/**
 * When held money may be released. The hold runs from our receipt of the order, never from a time the shop
 * states: an old `occurred_at` must not shorten it.
 */
const JITTER_MAX_MS = 15 * 60_000;

/**
 * End of the hold in ms since the epoch. A jitter derived from the conversion id (at most 15 minutes and
 * 1 % of the hold) spreads mass wake-ups, so a day's orders do not all fire in one second
 * (research/reliability-anchors.md §2.4).
 */
export function holdEndMs(receivedMs: number, holdSeconds: number, conversionId: string): number {
  const holdMs = holdSeconds * 1000;
  const jitterMax = Math.min(JITTER_MAX_MS, Math.floor(holdMs / 100));
  return receivedMs + holdMs + (jitterMax > 0 ? spread(conversionId) % jitterMax : 0);
}

/** FNV-1a, 32 bits: any stable spread of ids will do. */
function spread(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
