/**
 * One gate per (address, token, method): the shop counts requests per seller and method, and one refused request may
 * cost ten. Opening it never waits; the caller comes back later.
 */
export type Gate = {
  /** 0 when the request may go now (and the gate is taken), else milliseconds to wait. */
  enter(now: number): number | Promise<number>;
  /** The shop's own word (X-Ratelimit-Retry) only ever moves the next request later. */
  closeFor(waitMs: number, now: number): void | Promise<void>;
};

/** For one process alone; several share one of store/postgres/requestGates.ts. */
export class RequestGate implements Gate {
  #nextAt = 0;

  #intervalMs = 0;

  /** Two settings for one token: the slower one is right for both. */
  slowTo(intervalMs: number): this {
    this.#intervalMs = Math.max(this.#intervalMs, intervalMs);
    return this;
  }

  enter(now: number): number {
    if (now < this.#nextAt) return this.#nextAt - now;
    this.#nextAt = now + this.#intervalMs;
    return 0;
  }

  closeFor(waitMs: number, now: number): void {
    this.#nextAt = Math.max(this.#nextAt, now + waitMs);
  }
}

const gates = new Map<string, RequestGate>();

export function gateFor(
  baseUrl: string,
  token: string,
  method: string,
  intervalMs: number,
): RequestGate {
  const key = JSON.stringify([baseUrl, token, method]);
  const gate = gates.get(key) ?? new RequestGate();
  gates.set(key, gate);
  return gate.slowTo(intervalMs);
}
