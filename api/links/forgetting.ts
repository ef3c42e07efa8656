import { forgetLink, type LinkCacheKind } from '../../store/redis/linkCache';
import { errorText } from '../../telemetry/logger';
import type { ApiDeps } from '../handler';

/**
 * After every change of a link. Redirects ask Postgres again within a second by themselves; without the entry they
 * see the change also when Postgres is away. A Redis that is away must not fail a change that was made.
 */
export async function forgetQuietly(
  deps: Pick<ApiDeps, 'redis' | 'log'>,
  kind: LinkCacheKind,
  key: string,
): Promise<void> {
  // Redirects read codes whatever their case, and keep them in lower case; handles are as they are.
  const kept = kind === 'short' ? key.toLowerCase() : key;
  await forgetLink(deps.redis, kind, kept).catch((thrown: unknown) =>
    deps.log.warn({ error: errorText(thrown) }, 'a changed link is still in the link cache'),
  );
}
