import { useQueryClient } from '@tanstack/react-query';

/** Whatever shows what is missing or where money goes is read again. */
const CHANGED = new Set<unknown>(['profile', 'home', 'wallet', 'preview', 'notices']);

export function useProfileChange(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => CHANGED.has(queryKey[0]) });
}
