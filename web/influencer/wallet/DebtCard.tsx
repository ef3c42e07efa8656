import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { ReasonText } from '../../ui/components/ReasonText';
import { isZero } from '../../ui/format/money';
import type { Debt } from '../data/types';
import { FigureLine } from '../payee/TaxLines';

export const isOpen = ({ open }: Debt): boolean => !isZero(open);

/** The orders that covered it, each to be opened. */
function Covers({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('wallet');
  return debt.covered_by.map(({ conversion_id, title, programme, amount, at }) => (
    <Group
      key={`${conversion_id}${at}`}
      justify="space-between"
      align="center"
      wrap="nowrap"
      gap="md"
    >
      <Anchor
        component={Link}
        to={`/orders/${conversion_id}`}
        size="sm"
        py={6}
        miw={0}
        style={{ overflowWrap: 'anywhere' }}
      >
        {title ? t('debts.covers', { title }) : t('debts.covers_untitled', { programme })}
        <Text size="xs" c="dimmed" component="span" display="block">
          <DateTime at={at} form="short" />
        </Text>
      </Anchor>
      <Text size="sm" span>
        <Money tenge={amount} />
      </Text>
    </Group>
  ));
}

/** One order that came back: why, how much is left, and what covered the rest. */
export function DebtCard({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('wallet');
  const open = isOpen(debt);
  const untouched = open && isZero(debt.netted);
  return (
    <Card component="article">
      <Stack gap="xs">
        <Stack gap={2}>
          <Text fw={560} style={{ overflowWrap: 'anywhere' }}>
            {debt.title ?? t('debts.untitled')}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {debt.programme} · <DateTime at={debt.created_at} form="short" />
          </Text>
        </Stack>
        <ReasonText reason={debt.reason} size="sm" />
        <FigureLine
          label={open ? t('debts.left') : t('debts.amount')}
          tenge={open ? debt.open : debt.amount}
          strong
          note={
            open && debt.open !== debt.amount ? (
              <>
                {t('debts.was')} <Money tenge={debt.amount} />
              </>
            ) : null
          }
        />
        {isZero(debt.netted) ? null : <FigureLine label={t('debts.covered')} tenge={debt.netted} />}
        {isZero(debt.written_off) ? null : (
          <FigureLine label={t('debts.given_up')} tenge={debt.written_off} />
        )}
        {untouched ? (
          <Text size="sm" c="dimmed">
            {t('debts.waits')}
          </Text>
        ) : null}
        <Covers debt={debt} />
        <Anchor
          component={Link}
          to={`/orders/${debt.conversion_id}`}
          size="sm"
          py={10}
          w="fit-content"
        >
          {t('debts.to_order')}
        </Anchor>
      </Stack>
    </Card>
  );
}
