import { Anchor, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { IconReceiptOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import { isZero } from '../../../ui/format/money';
import { Facts } from '../parts/Facts';
import { QueryBody } from '../parts/QueryBody';
import { DebtStanding } from './DebtStanding';
import { useDebt, type Debt } from './useDebts';
import { WriteOff } from './WriteOff';

const orderPage = (conversionId: string): string =>
  `/ops/conversions?query=${conversionId}&open=${conversionId}`;

function DebtFacts({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('opsDebts');
  const some = (tenge: string): ReactNode => (isZero(tenge) ? null : <Money tenge={tenge} />);
  return (
    <Facts
      rows={[
        [
          t('fact.person'),
          <Anchor key="who" component={Link} to={`/ops/people/${debt.influencer.id}`} size="sm">
            {debt.influencer.name || debt.influencer.id}
          </Anchor>,
        ],
        [
          t('fact.order'),
          <Anchor key="order" component={Link} to={orderPage(debt.conversion_id)} size="sm">
            {debt.transaction_id}
          </Anchor>,
        ],
        [t('fact.programme'), debt.programme],
        [t('fact.at'), <DateTime key="at" at={debt.created_at} />],
        [t('fact.amount'), <Money key="amount" tenge={debt.amount} />],
        [t('fact.netted'), some(debt.netted)],
        [t('fact.written_off'), some(debt.written_off)],
        [t('fact.id'), debt.id],
      ]}
    />
  );
}

function Covers({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('opsDebts');
  if (debt.covered_by.length === 0 && isZero(debt.open)) return null;
  return (
    <section>
      <Title order={3} size="md" mb="xs">
        {t('covers.title')}
      </Title>
      {debt.covered_by.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('covers.none')}
        </Text>
      ) : null}
      {debt.covered_by.map(({ conversion_id, title, programme, amount, at }) => (
        <Group key={`${conversion_id}${at}`} justify="space-between" gap="xs" wrap="nowrap" mb={6}>
          <div>
            <Anchor component={Link} to={orderPage(conversion_id)} size="sm">
              {title ?? programme}
            </Anchor>
            <Text size="xs" c="dimmed" component="div">
              <DateTime at={at} />
            </Text>
          </div>
          <Text size="sm" span>
            <Money tenge={amount} />
          </Text>
        </Group>
      ))}
    </section>
  );
}

function PanelBody({ debt }: { debt: Debt | null }): ReactNode {
  const { t } = useTranslation('opsDebts');
  if (debt === null)
    return <EmptyState icon={IconReceiptOff} title={t('missing_title')} text={t('missing_text')} />;
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Text size="sm" c="dimmed">
          {t('fact.open')}
        </Text>
        <Text fw={640} fz={24} component="div" data-testid="debt-open">
          <Money tenge={debt.open} />
        </Text>
        <Group>
          <DebtStanding debt={debt} />
        </Group>
        <ReasonText reason={debt.reason} size="sm" />
      </Stack>
      <DebtFacts debt={debt} />
      <WriteOff debt={debt} />
      <Covers debt={debt} />
    </Stack>
  );
}

function LoadedPanel({ debtId, known }: { debtId: string; known: Debt | undefined }): ReactNode {
  return (
    <QueryBody query={useDebt(debtId, known)}>{(debt) => <PanelBody debt={debt} />}</QueryBody>
  );
}

/** One debt beside the list: whose, for what, what covered it, and whether it can be given up. */
export function DebtPanel(props: {
  debtId: string | null;
  known: Debt | undefined;
  onClose: () => void;
}): ReactNode {
  const { debtId, known, onClose } = props;
  const { t } = useTranslation(['opsDebts', 'ui']);
  return (
    <Drawer
      opened={debtId !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={t('one')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {debtId === null ? null : <LoadedPanel key={debtId} debtId={debtId} known={known} />}
    </Drawer>
  );
}
