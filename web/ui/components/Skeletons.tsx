import { Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

function Loading({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <div role="status" aria-label={t('loading')}>
      {children}
    </div>
  );
}

/** Stands where a page will be. */
export function PageSkeleton(): ReactNode {
  return (
    <Loading>
      <Stack gap="md" p="md">
        <Skeleton h={32} w="55%" maw={320} />
        <Skeleton h={112} />
        <RowBones rows={4} />
      </Stack>
    </Loading>
  );
}

function RowBones({ rows, height = 56 }: { rows: number; height?: number }): ReactNode {
  return Array.from({ length: rows }, (_, i) => <Skeleton key={i} h={height} />);
}

/** Stands where `rows` list rows of `height` px will be. */
export function ListSkeleton({
  rows = 5,
  height = 56,
}: {
  rows?: number;
  height?: number;
}): ReactNode {
  return (
    <Loading>
      <Stack gap="xs">
        <RowBones rows={rows} height={height} />
      </Stack>
    </Loading>
  );
}

/** Exactly as high as the one line of text that will stand there. */
export function LineSkeleton({ width = '8ch' }: { width?: string }): ReactNode {
  return <Skeleton component="span" display="inline-block" h="1em" w={width} />;
}
