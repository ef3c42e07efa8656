import { Button, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { statisticsRead } from '../data/linkReads';
import { linkRead } from '../data/reads';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Breakdown } from './Breakdown';
import { OverTime, Totals } from './OverTime';
import { cutOfTime, lengthOf, LENGTHS, periodOf, type Length } from './period';
import { Reasons } from './Reasons';
import { Shops } from './Shops';
import classes from './Statistics.module.css';

type PeriodProps = { readonly length: Length; readonly onChange: (length: string) => void };

function PeriodChoice({ length, onChange }: PeriodProps): ReactNode {
  const { t } = useTranslation('statistics');
  return (
    <SegmentedControl
      className={classes.period ?? ''}
      fullWidth
      aria-label={t('period.label')}
      value={length}
      onChange={onChange}
      data={LENGTHS.map((one) => ({ value: one, label: t(`period.${one}`) }))}
    />
  );
}

/** Whose clicks these are: of all links, or of the one the address names. */
function Header({ linkId }: { linkId: string | null }): ReactNode {
  const { t } = useTranslation('statistics');
  const link = useQuery({
    ...linkRead(useInfluencerId(), linkId ?? ''),
    enabled: linkId !== null,
  });
  if (linkId === null)
    return <PageHeader above={<BackLink to="/">{t('home')}</BackLink>} title={t('title')} />;
  return (
    <PageHeader
      above={<BackLink to={`/links/${linkId}`}>{t('to_link')}</BackLink>}
      title={t('title')}
      text={link.data?.title ?? '\u00a0'}
      actions={
        <Button component={Link} to="/statistics" variant="default">
          {t('all_links')}
        </Button>
      }
    />
  );
}

export default function Statistics(): ReactNode {
  const { t } = useTranslation('statistics');
  const influencerId = useInfluencerId();
  const [search, setSearch] = useSearchParams();
  const linkId = search.get('link');
  const length = lengthOf(search.get('days'));
  const period = periodOf(length, new Date());
  const asked = {
    ...period,
    group_by: cutOfTime(length),
    ...(linkId ? { link_id: linkId } : {}),
  };
  const query = useQuery(statisticsRead(influencerId, asked));
  return (
    <>
      <Header linkId={linkId} />
      <Stack>
        <PeriodChoice
          length={length}
          onChange={(days) =>
            setSearch({ ...(linkId ? { link: linkId } : {}), days }, { replace: true })
          }
        />
        {query.error && !query.data ? (
          <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
        ) : null}
        <Totals statistics={query.data} />
        <OverTime statistics={query.data} asked={asked} />
        {linkId ? null : <Shops period={period} />}
        <Breakdown period={period} linkId={linkId} />
        {query.data ? <Reasons statistics={query.data} linkId={linkId} /> : null}
        <Button
          component={Link}
          to={`/statistics/clicks${linkId ? `?link=${linkId}` : ''}`}
          variant="subtle"
        >
          {t('each_click')}
        </Button>
      </Stack>
    </>
  );
}
