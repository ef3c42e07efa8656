import { Grid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../../../ui/components/PageHeader';
import { payoutsSwitch, useSummary } from '../frame/useSummary';
import { QueryBody } from '../parts/QueryBody';
import { useStuck } from '../stuck/useStuck';
import type { Schema } from '../types';
import { Health } from './Health';
import { PayoutsCard } from './PayoutsCard';
import { Tasks } from './Tasks';
import { tasksOf } from './tasks';

function Body({ summary }: { summary: Schema<'OpsSummary'> }): ReactNode {
  const { data: stuck } = useStuck({});
  const state = payoutsSwitch(summary);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Tasks tasks={tasksOf(summary, stuck)} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg">
          {state ? <PayoutsCard state={state} /> : null}
          <Health summary={summary} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

export default function Today(): ReactNode {
  const { t } = useTranslation('opsToday');
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <QueryBody query={useSummary()}>{(summary) => <Body summary={summary} />}</QueryBody>
    </>
  );
}
