import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { api, call } from '../../ui/api/client';
import { uploadRead } from '../data/linkReads';
import { useInfluencerId } from '../data/useInfluencerId';

/** What the page of an upload is told: the same bytes had been uploaded before. */
export type UploadState = { readonly again: boolean };

const MOST_NAME = 200;

/** A name is only there to tell uploads apart, so what the API would refuse in it is left out. */
const nameOf = (file: File): { file_name?: string } => {
  const name = file.name.replace(/[\u0000-\u001f\u007f]/g, '').slice(0, MOST_NAME);
  return name ? { file_name: name } : {};
};

/** Sends the file as it is, bytes and all: the API reads UTF-8 and windows-1251. */
export function useUpload() {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (file: File) => {
      const sent = api.POST('/v1/influencers/{influencerId}/link-imports', {
        params: { path: { influencerId }, query: nameOf(file) },
        // Typed as text; what goes out is the file.
        body: '',
        bodySerializer: () => file,
        headers: { 'Content-Type': 'text/csv' },
      });
      const upload = await call(sent);
      return { upload, again: (await sent).response.status === 200 };
    },
    onSuccess: async ({ upload, again }) => {
      queries.setQueryData(uploadRead(influencerId, upload.id).queryKey, upload);
      void queries.invalidateQueries({ queryKey: ['uploads', influencerId] });
      const state: UploadState = { again };
      await navigate(`/links/uploads/${upload.id}`, { state });
    },
  });
}
