import { useSyncExternalStore } from 'react';

/** `slow`: a request has waited for 3 s; `offline`: the device says so or the last request got nowhere. */
export type NetworkState = 'ok' | 'slow' | 'offline';

const SLOW_AFTER_MS = 3_000;

const waiting = new Set<symbol>();
const late = new Set<symbol>();
const listeners = new Set<() => void>();
let unreachable = false;
let state: NetworkState = 'ok';

function settle(): void {
  const next =
    !navigator.onLine || unreachable ? 'offline' : late.size > 0 ? 'slow' : ('ok' as const);
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

/** Follows one request; call the result with whether any answer came. */
export function trackRequest(): (answered: boolean) => void {
  const request = Symbol('request');
  waiting.add(request);
  const timer = setTimeout(() => {
    late.add(request);
    settle();
  }, SLOW_AFTER_MS);
  return (answered) => {
    clearTimeout(timer);
    waiting.delete(request);
    late.delete(request);
    unreachable = !answered;
    settle();
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('online', settle);
  window.addEventListener('offline', settle);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('online', settle);
    window.removeEventListener('offline', settle);
  };
}

export const useNetworkState = (): NetworkState => useSyncExternalStore(subscribe, () => state);
