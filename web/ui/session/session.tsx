import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';

import { api, call, whenSessionIsLost } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { components } from '../api/schema';
import { changeLanguage, languageWasChosen } from '../i18n/i18n';
import { rememberSession, sessionMayExist } from './sessionHint';

export type Me = components['schemas']['Me'];
export type TenantKind = Me['tenant']['kind'];

type Session =
  | { readonly state: 'loading' }
  | { readonly state: 'signed_out' }
  | { readonly state: 'failed'; readonly error: unknown; readonly retry: () => void }
  | { readonly state: 'signed_in'; readonly me: Me };

const SessionContext = createContext<Session>({ state: 'loading' });
const ME = ['me'] as const;

async function readMe(): Promise<Me | null> {
  if (!sessionMayExist()) return null;
  try {
    const me = await call(api.GET('/v1/me'));
    rememberSession(true);
    return me;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    rememberSession(false);
    return null;
  }
}

/** For asking before the first drawing, beside the texts. */
export const meQuery = queryOptions({ queryKey: ME, queryFn: readMe, staleTime: 60_000 });

/** Who is signed in, asked once and again after sign-in, sign-out and any 401. */
export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(meQuery);

  useEffect(
    () =>
      whenSessionIsLost(() => {
        queries.setQueryData(ME, null);
      }),
    [queries],
  );
  const locale = data?.user.locale;
  useEffect(() => {
    if (locale && !languageWasChosen()) void changeLanguage(locale);
  }, [locale]);

  const session = useMemo<Session>(() => {
    if (data) return { state: 'signed_in', me: data };
    if (data === null) return { state: 'signed_out' };
    if (error) return { state: 'failed', error, retry: () => void refetch() };
    return { state: 'loading' };
  }, [data, error, refetch]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export const useSession = (): Session => useContext(SessionContext);

/** The signed-in person; only inside the session gate. */
export function useMe(): Me {
  const session = useSession();
  if (session.state !== 'signed_in') throw new Error('useMe outside the session gate');
  return session.me;
}

/** Whether the viewer's role has the operation; hides what the API would refuse. */
export function useMay(operationId: string): boolean {
  return useMe().permissions.includes(operationId);
}

/** After signing in or out: nothing of the former person's data may stay in memory. */
export function useSessionChange(): {
  signedIn: () => Promise<void>;
  signOut: () => Promise<void>;
} {
  const queries = useQueryClient();
  return useMemo(
    () => ({
      signedIn: async () => {
        rememberSession(true);
        queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
        await queries.fetchQuery({ queryKey: ME, queryFn: readMe, staleTime: 0 });
      },
      signOut: async () => {
        await call(api.POST('/v1/auth/logout'));
        rememberSession(false);
        window.sessionStorage.clear();
        queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
        queries.setQueryData(ME, null);
      },
    }),
    [queries],
  );
}

/** Reads the account again after a change of it (name, language, role). */
export function useRefreshMe(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ME });
}
