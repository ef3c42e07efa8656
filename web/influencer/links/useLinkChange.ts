import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../ui/api/client';
import type { components } from '../../ui/api/schema';
import { linkRead } from '../data/reads';
import type { Link } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';

export type LinkChange = components['schemas']['LinkChange'];

function useKeepChanged(linkId: string): (changed: Link) => void {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  return (changed) => {
    queries.setQueryData(linkRead(influencerId, linkId).queryKey, changed);
    void queries.invalidateQueries({ queryKey: ['links', influencerId] });
    void queries.invalidateQueries({ queryKey: ['home', influencerId] });
  };
}

/** Target, title, end, or a pause; `onDone` after the page knows of it. */
export function useLinkChange(linkId: string, onDone: () => void) {
  const influencerId = useInfluencerId();
  const keep = useKeepChanged(linkId);
  return useMutation({
    mutationFn: (body: LinkChange) =>
      call(
        api.PATCH('/v1/influencers/{influencerId}/links/{linkId}', {
          params: { path: { influencerId, linkId } },
          body,
        }),
      ),
    onSuccess: (changed) => {
      keep(changed);
      onDone();
    },
  });
}

export function useLinkDeletion(linkId: string, onDone: () => void) {
  const influencerId = useInfluencerId();
  const keep = useKeepChanged(linkId);
  return useMutation({
    mutationFn: () =>
      call(
        api.DELETE('/v1/influencers/{influencerId}/links/{linkId}', {
          params: { path: { influencerId, linkId } },
        }),
      ),
    onSuccess: (deleted) => {
      keep(deleted);
      onDone();
    },
  });
}
