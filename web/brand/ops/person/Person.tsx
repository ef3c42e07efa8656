import { Anchor, Grid, Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { PageHeader } from '../../../ui/components/PageHeader';
import { StateBadge } from '../../../ui/components/StateBadge';
import { BackLink } from '../parts/BackLink';
import { Facts } from '../parts/Facts';
import links from '../parts/Link.module.css';
import { QueryBody } from '../parts/QueryBody';
import { SectionCard } from '../parts/SectionCard';
import type { Schema } from '../types';
import { FlagsCard } from './FlagsCard';
import { InstrumentCard } from './InstrumentCard';
import { PersonLinks } from './PersonLinks';
import { BalanceTiles, PersonOrders, PersonPayouts } from './PersonMoney';
import { TaxCard } from './TaxCard';
import { usePerson } from './usePerson';

type Shown = Schema<'Person'>;

function IdentityCard({ person }: { person: Shown }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const masked = (text: string | null): ReactNode =>
    text === null ? t('identity.not_given') : <span className="gamma-figures">{text}</span>;
  return (
    <SectionCard title={t('identity.title')}>
      <Facts
        rows={[
          [t('identity.phone'), masked(person.phone_masked)],
          [t('identity.iin'), masked(person.iin_masked)],
          [t('identity.language'), person.locale ? t(`identity.locale_${person.locale}`) : null],
          [t('identity.since'), <DateTime key="since" at={person.created_at} form="date" />],
          [t('identity.id'), person.id],
        ]}
      />
    </SectionCard>
  );
}

function PersonBody({ person }: { person: Shown }): ReactNode {
  const { t } = useTranslation('opsPeople');
  return (
    <Stack gap="lg">
      <BalanceTiles balance={person.balance} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <TaxCard person={person} />
            <FlagsCard person={person} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            <InstrumentCard person={person} />
            <IdentityCard person={person} />
          </Stack>
        </Grid.Col>
      </Grid>
      <section>
        <Title order={2} size="h3" mb="xs">
          {t('payouts.title')}
        </Title>
        <PersonPayouts payouts={person.payouts} />
      </section>
      <section>
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h3">
            {t('orders.title')}
          </Title>
          {person.conversions.length > 0 ? (
            <Anchor
              component={Link}
              to={`/ops/conversions?query=${person.id}`}
              size="sm"
              className={links.link}
            >
              {t('orders.all')}
            </Anchor>
          ) : null}
        </Group>
        <PersonOrders orders={person.conversions} />
      </section>
      <section>
        <Title order={2} size="h3" mb="xs">
          {t('links.title')}
        </Title>
        <PersonLinks influencerId={person.id} />
      </section>
    </Stack>
  );
}

export default function PersonScreen(): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  const { influencerId = '' } = useParams();
  const query = usePerson(influencerId);
  const person = query.data;
  return (
    <>
      <PageHeader
        above={<BackLink to="/ops/people" label={t('nav.people', { ns: 'ops' })} />}
        title={person ? person.display_name || person.ref : t('title_loading')}
        text={
          <Group gap="sm" mih={28}>
            {person?.ref}
            {person?.sign_in_disabled ? (
              <StateBadge tone="bad" label={t('identity.sign_in_disabled')} />
            ) : null}
          </Group>
        }
      />
      <QueryBody query={query}>{(data) => <PersonBody key={data.id} person={data} />}</QueryBody>
    </>
  );
}
