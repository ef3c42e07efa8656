import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, call } from '../../../ui/api/client';
import type { components } from '../../../ui/api/schema';

export type ProgrammePatch = components['schemas']['BrandProgrammePatch'];

export function useProgramme(programmeId: string) {
  return useQuery({
    queryKey: ['programme', programmeId],
    queryFn: () =>
      call(api.GET('/v1/programmes/{programmeId}', { params: { path: { programmeId } } })),
  });
}

/** Changes a programme; the lists that name it are read again. */
export function useUpdateProgramme(programmeId: string, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ProgrammePatch) =>
      call(api.PATCH('/v1/programmes/{programmeId}', { params: { path: { programmeId } }, body })),
    onSuccess: (programme) => {
      queries.setQueryData(['programme', programmeId], programme);
      void queries.invalidateQueries({ queryKey: ['programmes'] });
      onDone?.();
    },
  });
}
