import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../../ui/components/EmptyState';
import { ProblemAlert } from '../../ui/components/ProblemAlert';

/** The part of a query's result that is looked at. */
export type LoadedQuery<Data> = {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isPaused: boolean;
  readonly refetch: () => unknown;
};

export type LoadedProps<Data> = {
  readonly query: LoadedQuery<Data>;
  /** As high as what will stand there. */
  readonly skeleton: ReactNode;
  readonly children: (data: Data) => ReactNode;
};

/** What was read; until then its skeleton, an honest word that there is no connection, or the refusal with a retry. */
export function Loaded<Data>({ query, skeleton, children }: LoadedProps<Data>): ReactNode {
  const { t } = useTranslation('shell');
  const { data, error, isPaused, refetch } = query;
  if (data !== undefined) return children(data);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!isPaused) return skeleton;
  return (
    <EmptyState
      icon={IconCloudOff}
      title={t('offline.title')}
      text={t('offline.text')}
      action={
        <Button variant="default" onClick={() => void refetch()}>
          {t('retry', { ns: 'ui' })}
        </Button>
      }
    />
  );
}
