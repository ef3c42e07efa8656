import { Grid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '../../../ui/components/PageHeader';
import { QueryBody } from '../parts/QueryBody';
import { ClockCard } from './ClockCard';
import { DialCard } from './DialCard';
import { useClock, useDials } from './useSandbox';

export default function Sandbox(): ReactNode {
  const { t } = useTranslation('opsSandbox');
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <QueryBody query={useDials()}>
            {({ items }) => (
              <Stack gap="lg">
                {items.map((dial) => (
                  <DialCard key={`${dial.partner}/${dial.dial}`} dial={dial} />
                ))}
              </Stack>
            )}
          </QueryBody>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <QueryBody query={useClock()}>{(clock) => <ClockCard clock={clock} />}</QueryBody>
        </Grid.Col>
      </Grid>
    </>
  );
}
