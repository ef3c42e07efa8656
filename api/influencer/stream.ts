import { scopeOf } from '../../domain/access';
import { findActiveUser } from '../../store/postgres/users';
import { findSession } from '../../store/redis/sessions';
import { SESSION_LIMITS } from '../access/cookies';
import type { ApiDeps } from '../handler';
import { seen } from './wall';

/** Looked at without being used: an open page must not keep a sign-in alive for ever. */
async function isAlive({ pool, redis, now }: ApiDeps, token: string): Promise<boolean> {
  const session = await findSession(redis, token);
  const user = session && (await findActiveUser(pool, session.userId));
  if (!session || !user || user.epoch !== session.epoch) return false;
  const { idleMs, absoluteMs } = SESSION_LIMITS[scopeOf(user.role)];
  return now() < session.createdAtMs + absoluteMs && now() - session.seenAtMs < idleMs;
}

export const streamInfluencerFeed = seen((deps, _call, viewer, { influencerId }) => {
  const { feed } = deps.influencers;
  if (feed.isFull(influencerId))
    return Promise.resolve({ problem: 'feed_limit', retryAfterSeconds: 30 });
  const { via } = viewer;
  return Promise.resolve({
    events: (session, connection) =>
      feed.join({
        influencerId,
        session,
        connection,
        isAlive: () => (via.kind === 'session' ? isAlive(deps, via.token) : Promise.resolve(false)),
      }),
  });
});
