import { Anchor, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { Timeline } from '../../../ui/components/Timeline';
import { Facts } from '../parts/Facts';
import { QueryBody } from '../parts/QueryBody';
import { ConversionBadge } from '../parts/states';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';
import { ConversionActions } from './ConversionActions';
import { useConversion, useConversionRow } from './useConversions';
import { useSteps } from './useSteps';

type Conversion = Schema<'Conversion'>;

/** Names and the workflow's address, which only the list knows. */
function Where({ conversionId }: { conversionId: string }): ReactNode {
  const { t } = useTranslation('opsConversions');
  const { data: row } = useConversionRow(conversionId);
  if (!row) return null;
  return (
    <>
      <Facts
        rows={[
          [t('panel.brand'), row.brand.name],
          [t('panel.programme'), row.programme.name],
          [
            t('panel.person'),
            row.influencer ? (
              <Anchor key="who" component={Link} to={`/ops/people/${row.influencer.id}`} size="sm">
                {row.influencer.name || row.influencer.id}
              </Anchor>
            ) : (
              t('panel.nobody')
            ),
          ],
        ]}
      />
      <WorkflowLink url={row.workflow_url} of={row.id} />
    </>
  );
}

function Amounts({ conversion }: { conversion: Conversion }): ReactNode {
  const { t } = useTranslation('opsConversions');
  const { sale, gross, fee, payable } = conversion.amounts;
  const money = (tenge: string | null): ReactNode =>
    tenge === null ? null : <Money tenge={tenge} />;
  return (
    <Facts
      rows={[
        [t('panel.sale'), money(sale)],
        [t('panel.gross'), money(gross)],
        [t('panel.fee'), money(fee)],
        [t('panel.payable'), money(payable)],
      ]}
    />
  );
}

function Times({ conversion }: { conversion: Conversion }): ReactNode {
  const { t } = useTranslation('opsConversions');
  const time = (at: string | null): ReactNode => (at === null ? null : <DateTime at={at} />);
  return (
    <Facts
      rows={[
        [t('panel.order_status'), t(`order_status.${conversion.order_status}`)],
        [t('panel.clicked_at'), time(conversion.clicked_at)],
        [t('panel.ordered_at'), time(conversion.ordered_at)],
        [t('panel.received_at'), time(conversion.received_at)],
        [t('panel.held_until'), time(conversion.held_until)],
        [t('panel.click'), conversion.click_id],
        [t('panel.id'), conversion.id],
      ]}
    />
  );
}

function PanelBody({ conversion }: { conversion: Conversion }): ReactNode {
  const { t } = useTranslation('opsConversions');
  const steps = useSteps(conversion);
  return (
    <Stack gap="md">
      <Text fw={640} size="lg" style={{ overflowWrap: 'anywhere' }}>
        {conversion.transaction_id}
      </Text>
      <Group gap="xs">
        <ConversionBadge state={conversion.state} />
        <Text size="sm" c="dimmed">
          <DateTime at={conversion.updated_at} />
        </Text>
      </Group>
      {conversion.reason ? <ReasonText reason={conversion.reason} size="sm" /> : null}
      <ConversionActions conversion={conversion} />
      <Amounts conversion={conversion} />
      <Where conversionId={conversion.id} />
      <Times conversion={conversion} />
      <Title order={3} size="h3">
        {t('panel.history')}
      </Title>
      <Timeline steps={steps} />
    </Stack>
  );
}

function LoadedPanel({ conversionId }: { conversionId: string }): ReactNode {
  const query = useConversion(conversionId);
  const row = useConversionRow(conversionId);
  return (
    <QueryBody query={query}>
      {(conversion) =>
        // Names and what may be done stand above the amounts: coming late they would push them down.
        row.isPending ? (
          <ListSkeleton rows={6} />
        ) : (
          <PanelBody key={conversion.id} conversion={conversion} />
        )
      }
    </QueryBody>
  );
}

/** One order beside the list: where its money is, why, and what can be done. */
export function ConversionPanel(props: {
  conversionId: string | null;
  onClose: () => void;
}): ReactNode {
  const { conversionId, onClose } = props;
  const { t } = useTranslation(['opsConversions', 'ui']);
  return (
    <Drawer
      opened={conversionId !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={t('panel.title')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {conversionId === null ? null : (
        <LoadedPanel key={conversionId} conversionId={conversionId} />
      )}
    </Drawer>
  );
}
