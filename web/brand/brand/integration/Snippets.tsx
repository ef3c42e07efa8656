import { Anchor, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { CodeBlock } from './CodeBlock';

/** Ready code for the shop's engineer, with this programme's address filled in. */
export function Snippets({ programmeId }: { programmeId: string }): ReactNode {
  const { t } = useTranslation('integration');
  const { data, error, refetch } = useQuery({
    queryKey: ['snippets', programmeId],
    queryFn: () =>
      call(api.GET('/v1/programmes/{programmeId}/snippets', { params: { path: { programmeId } } })),
    staleTime: Infinity,
  });
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton rows={1} height={320} />;
  return (
    <Stack>
      <Text size="sm">
        {t('snippets.text')}{' '}
        <Anchor href="/docs" target="_blank" rel="noreferrer" inherit underline="always">
          {t('snippets.docs')}
        </Anchor>
      </Text>
      <Tabs defaultValue={data.items[0]?.language ?? null} variant="outline">
        <Tabs.List>
          {data.items.map(({ language, title }) => (
            <Tabs.Tab key={language} value={language} mih={44}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {data.items.map(({ language, title, code }) => (
          <Tabs.Panel key={language} value={language} pt="md">
            <CodeBlock label={title} code={code} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
