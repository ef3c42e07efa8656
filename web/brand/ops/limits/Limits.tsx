import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { hasCode } from '../../../ui/api/problem';
import { NotFound } from '../../../ui/app/NotFound';
import { PageHeader } from '../../../ui/components/PageHeader';
import { formatMoney } from '../../../ui/format/money';
import { useMay } from '../../../ui/session/session';
import { BackLink } from '../parts/BackLink';
import { Facts } from '../parts/Facts';
import links from '../parts/Link.module.css';
import { QueryBody } from '../parts/QueryBody';
import { SectionCard } from '../parts/SectionCard';
import { LimitsDialog } from './LimitsDialog';
import { Limit, Used } from './Used';
import { useLimits, type BrandLimits, type ProgrammeLimits } from './useLimits';

function Credit({ limits }: { limits: BrandLimits }): ReactNode {
  const { t } = useTranslation('opsLimits');
  const { credit_limit, owed } = limits;
  return (
    <SectionCard title={t('credit.title')}>
      <Text size="sm" c="dimmed">
        {t('credit.text')}
      </Text>
      {credit_limit === null ? (
        <Text size="sm">
          {t('used_free', { used: formatMoney(owed) })} · {t('none')}
        </Text>
      ) : (
        <Used name={t('credit.title')} used={owed} limit={credit_limit} words="used" />
      )}
    </SectionCard>
  );
}

type ProgrammeProps = {
  readonly limits: BrandLimits;
  readonly programme: ProgrammeLimits;
  readonly onChange: (() => void) | null;
};

function Programme({ limits, programme, onChange }: ProgrammeProps): ReactNode {
  const { t } = useTranslation('opsLimits');
  const { name, order_limit, day_limit, promised_today } = programme;
  return (
    <Card component="section">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" mih={36}>
          <Title order={3} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          {onChange ? (
            <Button variant="light" aria-label={t('change.action_of', { name })} onClick={onChange}>
              {t('change.action')}
            </Button>
          ) : null}
        </Group>
        <Facts
          rows={[
            [
              t('order'),
              <Limit
                key="order"
                tenge={order_limit}
                none={t('default', { amount: formatMoney(limits.default_order_limit) })}
              />,
            ],
            [t('day'), <Limit key="day" tenge={day_limit} none={t('none')} />],
          ]}
        />
        {day_limit !== null && promised_today !== null ? (
          <Used name={t('day_note')} used={promised_today} limit={day_limit} words="today" />
        ) : null}
        <Group gap="md" style={{ rowGap: 0 }}>
          <Anchor
            component={Link}
            to={`/ops/conversions?query=${programme.id}&state=REVIEW`}
            size="sm"
            className={links.link}
          >
            {t('orders_over')}
          </Anchor>
          <Anchor
            component={Link}
            to={`/ops/audit?subject=${programme.id}`}
            size="sm"
            className={links.link}
          >
            {t('history')}
          </Anchor>
        </Group>
      </Stack>
    </Card>
  );
}

function LimitsBody({ limits }: { limits: BrandLimits }): ReactNode {
  const { t } = useTranslation('opsLimits');
  const may = useMay('putLimits');
  const [changed, setChanged] = useState<ProgrammeLimits | null>(null);
  return (
    <Stack gap="lg" maw="46rem">
      <Credit limits={limits} />
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('programmes.title')}
        </Title>
        {limits.programmes.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('programmes.none')}
          </Text>
        ) : null}
        {limits.programmes.map((programme) => (
          <Programme
            key={programme.id}
            limits={limits}
            programme={programme}
            onChange={may ? () => setChanged(programme) : null}
          />
        ))}
      </Stack>
      {changed ? (
        <LimitsDialog limits={limits} programme={changed} onClose={() => setChanged(null)} />
      ) : null}
    </Stack>
  );
}

/** Ceilings of a brand and its programmes: what is used of them, and who may change them does it here. */
export default function Limits(): ReactNode {
  const { t } = useTranslation(['opsLimits', 'ops']);
  const { brandId = '' } = useParams();
  const query = useLimits(brandId);
  if (hasCode(query.error, 'brand_not_found')) return <NotFound home="/ops/brands" />;
  const name = query.data?.brand.name;
  return (
    <>
      <PageHeader
        above={<BackLink to="/ops/brands" label={t('nav.brands', { ns: 'ops' })} />}
        title={name === undefined ? t('title_loading') : t('title', { name })}
        text={t('text')}
      />
      <QueryBody query={query}>{(limits) => <LimitsBody limits={limits} />}</QueryBody>
    </>
  );
}
