import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** Changes of the address; an empty value or null takes the parameter away. */
export type SearchChange = Readonly<Record<string, string | null>>;

/**
 * What a screen shows, kept in the address: a link shows another person the same, and Back works. `push` makes
 * a step one can go back from (opening a panel); other changes replace the address.
 */
export function useSearch(): {
  readonly search: URLSearchParams;
  readonly change: (change: SearchChange, how?: 'push') => void;
} {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (given: SearchChange, how?: 'push') =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries(given)) {
            if (value) next.set(key, value);
            else next.delete(key);
          }
          return next;
        },
        { replace: how !== 'push' },
      ),
    [setSearch],
  );
  return { search, change };
}
