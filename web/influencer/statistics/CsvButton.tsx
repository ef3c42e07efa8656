import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { TableStyleChoice, useTableStyle } from '../../ui/components/TableStyleChoice';
import type { ClicksAsked } from '../data/linkReads';
import { saveFile } from '../data/saveFile';
import { useInfluencerId } from '../data/useInfluencerId';

/** The same figures as a file, with every key. */
export function CsvButton({ asked }: { asked: ClicksAsked }): ReactNode {
  const { t } = useTranslation('statistics');
  const influencerId = useInfluencerId();
  const [table] = useTableStyle();
  const download = useMutation({
    mutationFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/click-statistics.csv', {
          params: { path: { influencerId }, query: { ...asked, table } },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (file) =>
      saveFile(file, `gamma-clicks-${asked.group_by}-${asked.from}-${asked.to}.csv`),
  });
  return (
    <Stack gap="xs" align="flex-start">
      <ProblemAlert error={download.error} />
      <Group gap="xs">
        <Button
          variant="subtle"
          size="compact-md"
          mih={44}
          leftSection={<IconDownload size={18} aria-hidden />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t(`csv.${asked.group_by}`)}
        </Button>
        <TableStyleChoice />
      </Group>
    </Stack>
  );
}
