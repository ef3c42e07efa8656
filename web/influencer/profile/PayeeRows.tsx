import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { Profile, TaxStatus } from '../data/types';
import { Row, Rows } from '../list/Rows';
import { useInstrumentName } from '../payee/InstrumentLine';

const TONES: Record<TaxStatus['state'], Tone> = {
  confirmed: 'good',
  pending: 'wait',
  expired: 'bad',
};

type PayeeRowProps = {
  readonly to?: string;
  readonly label: string;
  readonly value: string | null;
  readonly badge?: ReactNode;
};

function PayeeRow({ to, label, value, badge }: PayeeRowProps): ReactNode {
  const { t } = useTranslation('profile');
  return (
    <Row {...(to ? { to } : {})} {...(badge ? { end: badge } : {})}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={500}>{value ?? t('payee.none')}</Text>
    </Row>
  );
}

/** Who is paid, how taxed and where to; each line can be changed where it may be. */
export function PayeeRows({ profile }: { profile: Profile }): ReactNode {
  const { t } = useTranslation('profile');
  const language = useLanguage();
  const nameOf = useInstrumentName();
  const { iin, tax_status: tax, instrument } = profile;
  return (
    <Rows label={t('payee.title')}>
      <PayeeRow {...(iin ? {} : { to: '/profile/iin' })} label={t('payee.iin')} value={iin} />
      <PayeeRow
        to="/profile/tax"
        label={t('payee.tax')}
        value={tax?.name[language] ?? null}
        badge={
          tax ? <StateBadge tone={TONES[tax.state]} label={t(`tax_state.${tax.state}`)} /> : null
        }
      />
      <PayeeRow
        to="/profile/instrument"
        label={t('payee.instrument')}
        value={instrument ? nameOf(instrument) : null}
        badge={instrument?.stopped ? <StateBadge tone="bad" label={t('payee.stopped')} /> : null}
      />
    </Rows>
  );
}
