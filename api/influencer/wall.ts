import { findProfile, type ProfileRow } from '../../store/postgres/profile';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Reply } from '../reply';
import type { Viewer } from '../access/viewer';

/** The influencer of the path, for whoever may see them; a stranger's is answered like nobody's. */
export type Seen = { readonly influencerId: string; readonly profile: ProfileRow };

type SeenHandler = (deps: ApiDeps, call: Call, viewer: Viewer, seen: Seen) => Promise<Reply>;

/** Every operation below /v1/influencers/{influencerId} stands behind this; queries pass the wall again. */
export const seen =
  (handler: SeenHandler): Handler =>
  async (deps, call, viewer) => {
    const influencerId = call.params['influencerId'] ?? '';
    const profile = await findProfile(deps.pool, viewer, influencerId);
    if (!profile) return { problem: 'influencer_not_found' };
    return handler(deps, call, viewer, { influencerId, profile });
  };
