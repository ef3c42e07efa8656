import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export type UrlFilters = {
  readonly get: (name: string) => string | null;
  /** Empty and null take the filter away. History is not filled with every key typed. */
  readonly set: (changes: Readonly<Record<string, string | null>>) => void;
  readonly clear: () => void;
  readonly any: boolean;
};

/** Filters live in the address: a reload keeps them and a colleague can be sent the link. */
export function useUrlFilters(names: readonly string[]): UrlFilters {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return {
    get: (name) => params.get(name),
    set,
    clear: () => set(Object.fromEntries(names.map((name) => [name, null]))),
    any: names.some((name) => params.has(name)),
  };
}
