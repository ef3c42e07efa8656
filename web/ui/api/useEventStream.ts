import { useEffect, useEffectEvent, useState } from 'react';

/** `reconnecting`: figures on the screen may be old; they are refreshed when it is `open` again. */
export type StreamState = 'connecting' | 'open' | 'reconnecting';

export type StreamEvent = { readonly type: string; readonly data: unknown; readonly id: string };

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}

/**
 * Live updates (server-sent events) of `path`; null listens to nothing. `types` names the server's `event:`
 * fields. The browser reconnects after a dropped line; after a refusal it gives up, so that is done here.
 */
export function useEventStream(
  path: string | null,
  onEvent: (event: StreamEvent) => void,
  types: readonly string[] = ['message'],
): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  const deliver = useEffectEvent(onEvent);
  const names = types.join(' ');

  useEffect(() => {
    if (path === null) return;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let delayMs = FIRST_DELAY_MS;
    const listen = (event: MessageEvent<string>): void =>
      deliver({ type: event.type, data: parse(event.data), id: event.lastEventId });
    const connect = (): void => {
      const opened = new EventSource(path);
      source = opened;
      for (const name of names.split(' ')) opened.addEventListener(name, listen);
      opened.onopen = () => {
        delayMs = FIRST_DELAY_MS;
        setState('open');
      };
      opened.onerror = () => {
        setState('reconnecting');
        if (opened.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(connect, delayMs);
        delayMs = Math.min(MAX_DELAY_MS, delayMs * 2);
      };
    };
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [path, names]);

  return state;
}
