declare global {
  interface Window {
    /** Reads that app/boot.js sent before there was any code to send them, by address. */
    gammaEarly?: Record<string, Promise<Response>>;
  }
}

/** A screen opened later than this wants to know how things are then. */
const FRESH_MS = 15_000;

/** The answer to a read already under way, once. */
export function earlyAnswer(request: Request): Promise<Response> | undefined {
  const early = window.gammaEarly;
  if (!early || request.method !== 'GET') return undefined;
  if (performance.now() > FRESH_MS) {
    delete window.gammaEarly;
    return undefined;
  }
  const { pathname, search } = new URL(request.url);
  const address = pathname + search;
  const answer = early[address];
  delete early[address];
  return answer;
}
