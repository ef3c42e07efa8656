import type { Grant, Role } from '../../domain/access';
import type { Session } from '../../store/redis/sessions';
import type { Tenant } from '../../store/postgres/tenant';
import type { Locale } from '../../store/postgres/users';

/**
 * Who is calling, after authentication. `scope` and `subjectId` are the tenant wall of every query; `actorId`
 * is the person (or the holder of a key) for four-eyes rules and the audit log.
 */
export type Viewer = Tenant & {
  readonly role: Role;
  readonly actorId: string;
  readonly via: Via;
};

export type Via =
  | { readonly kind: 'key'; readonly keyId: string; readonly grants: readonly Grant[] }
  | {
      readonly kind: 'session';
      readonly session: Session;
      /** The cookie's value, to rotate or end it. */
      readonly token: string;
      readonly name: string;
      readonly locale: Locale;
    };

/** The language of words in what a person takes away: theirs, else what their program asks for. */
export const languageOf = (
  call: { readonly from: { readonly language: Locale } },
  { via }: Viewer,
): Locale => (via.kind === 'session' ? via.locale : call.from.language);

/** How long a proved factor counts for money (ASVS 7.5.3). */
export const FACTOR_FRESH_MS = 10 * 60_000;

export const factorIsFresh = (viewer: Viewer, nowMs: number): boolean =>
  viewer.via.kind === 'session' && nowMs - viewer.via.session.factorAtMs < FACTOR_FRESH_MS;
