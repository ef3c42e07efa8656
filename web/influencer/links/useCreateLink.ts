import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { api, call } from '../../ui/api/client';
import type { components } from '../../ui/api/schema';
import type { Link } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';

export type LinkInput = components['schemas']['LinkInput'];

/** What a just-made link's page is told: the address to share may carry a mark that a later read does not. */
export type FreshLink = { readonly fresh: Link };

/** Makes the link and opens its page, where it is shared. */
export function useCreateLink() {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: LinkInput) =>
      call(
        api.POST('/v1/influencers/{influencerId}/links', {
          params: { path: { influencerId } },
          body,
        }),
      ),
    onSuccess: async (link) => {
      void queries.invalidateQueries({ queryKey: ['links', influencerId] });
      void queries.invalidateQueries({ queryKey: ['home', influencerId] });
      const state: FreshLink = { fresh: link };
      await navigate(`/links/${link.id}`, { state });
    },
  });
}
