import type { ReactNode } from 'react';

import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';

type Asked<Data> = {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
};

export type QueryBodyProps<Data> = {
  readonly query: Asked<Data>;
  readonly children: (data: Data) => ReactNode;
  readonly skeleton?: ReactNode;
};

/** Skeleton, then the data; a failed refresh is said above the data that was there before. */
export function QueryBody<Data>({ query, children, skeleton }: QueryBodyProps<Data>): ReactNode {
  const { data, error, refetch } = query;
  if (data === undefined && !error) return skeleton ?? <ListSkeleton rows={6} />;
  return (
    <>
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {data === undefined ? null : children(data)}
    </>
  );
}
