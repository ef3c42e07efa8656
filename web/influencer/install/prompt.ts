import { useSyncExternalStore } from 'react';

/** Chromium's event; not in the DOM types, because only Chromium has it. */
type InstallEvent = Event & { prompt: () => Promise<unknown> };

let kept: InstallEvent | null = null;
const listeners = new Set<() => void>();

function keep(event: InstallEvent | null): void {
  kept = event;
  for (const listener of listeners) listener();
}

/** The browser offers once, early; the offer is kept for the moment it makes sense to the person. */
export function watchInstallOffer(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    keep(event as InstallEvent);
  });
  window.addEventListener('appinstalled', () => keep(null));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const isInstalled = (): boolean =>
  window.matchMedia('(display-mode: standalone)').matches ||
  ('standalone' in navigator && navigator.standalone === true);

/** Safari installs from its share menu only. */
export const isIos = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) && !/CriOS|FxiOS/.test(navigator.userAgent);

/** Opens the browser's own question, or null when there is none to open. */
export function useInstallOffer(): (() => void) | null {
  const event = useSyncExternalStore(subscribe, () => kept);
  if (!event) return null;
  return () => {
    // An offer can be used once.
    keep(null);
    void event.prompt();
  };
}
