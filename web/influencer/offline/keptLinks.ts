import { useEffect } from 'react';

import type { Link } from '../data/types';

/** What of a link is worth having without a connection: nothing about money. */
export type KeptLink = Pick<Link, 'id' | 'title' | 'short_url'>;

const KEY = 'gamma.links';
const MOST = 20;

const isKept = (value: unknown): value is KeptLink =>
  typeof value === 'object' &&
  value !== null &&
  (['id', 'title', 'short_url'] as const).every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'string',
  );

export function keptLinks(): KeptLink[] {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter(isKept) : [];
  } catch {
    return [];
  }
}

/** On sign-out: the next person on this device sees nothing of this one. */
export function forgetLinks(): void {
  try {
    window.localStorage.removeItem(KEY);
  } catch {
    // Where storage is forbidden nothing was kept.
  }
}

/** Keeps the newest links on the device, to be shared from without a connection. */
export function useKeepLinks(links: readonly Link[] | undefined): void {
  useEffect(() => {
    if (!links) return;
    const kept = links
      .filter(({ state }) => state === 'active')
      .slice(0, MOST)
      .map(({ id, title, short_url }): KeptLink => ({ id, title, short_url }));
    try {
      window.localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Full or forbidden: offline there is then only the word that there is no connection.
    }
  }, [links]);
}
