import { Button, Grid, Stack } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { hasCode } from '../../../ui/api/problem';
import { NotFound } from '../../../ui/app/NotFound';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { PageSkeleton } from '../../../ui/components/Skeletons';
import { useMay } from '../../../ui/session/session';
import { BackLink } from '../BackLink';
import { SettingsCard } from './SettingsCard';
import { StateCard } from './StateCard';
import { TermsCard } from './TermsCard';
import { useProgramme } from './useProgramme';
import { WorkedExample } from './WorkedExample';

/** One programme: is it running, on what terms, what a sale pays, what it is set to. */
export default function Programme(): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  const { programmeId = '' } = useParams();
  const { data, error, refetch } = useProgramme(programmeId);
  const mayIntegrate = useMay('listProgrammeSecrets');
  if (hasCode(error, 'programme_not_found')) return <NotFound home="/brand/programmes" />;
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return (
    <>
      <PageHeader
        above={<BackLink to="/brand/programmes" label={t('title')} />}
        title={data.name}
        text={data.hosts.join(', ')}
        actions={
          mayIntegrate ? (
            <Button
              variant="default"
              component={Link}
              to={`/brand/integration?programme=${data.id}`}
              leftSection={<IconPlugConnected size={18} aria-hidden />}
            >
              {t('nav.integration', { ns: 'brand' })}
            </Button>
          ) : null
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md">
            <TermsCard programme={data} />
            <SettingsCard key={data.id} programme={data} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="md">
            <StateCard programme={data} />
            {data.terms ? <WorkedExample programmeId={data.id} commissionBps={null} /> : null}
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
