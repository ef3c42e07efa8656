import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { Money } from '../../ui/components/Money';
import { isZero } from '../../ui/format/money';
import type { OrderMovement } from '../data/types';

function Line({ label, tenge, after }: { label: string; tenge: string; after?: ReactNode }) {
  return (
    <span>
      {label}{' '}
      <Text span inherit fw={600}>
        <Money tenge={tenge} />
      </Text>
      {after}
    </span>
  );
}

/** Where the money of a change after the release came from or went: the balance, the next orders, a promise. */
export function MovementLines({ movement }: { movement: OrderMovement }): ReactNode {
  const { t } = useTranslation('orders');
  const { kind, payable, from_balance, debt, held_until } = movement;
  if (kind !== 'taken_back') {
    const until = held_until ? (
      <>
        , {t('movement.held_until')} <DateTime at={held_until} form="date" />
      </>
    ) : null;
    return <Line label={t(`movement.${kind}`)} tenge={payable} after={until} />;
  }
  const owes = debt !== null && !isZero(debt);
  return (
    <>
      {from_balance !== null && !isZero(from_balance) ? (
        <Line label={t('movement.from_balance')} tenge={from_balance} />
      ) : null}
      {owes ? (
        <>
          <Line label={t('movement.debt')} tenge={debt} />
          <Anchor component={Link} to="/wallet/debts" size="sm" py={10} w="fit-content">
            {t('movement.to_debts')}
          </Anchor>
        </>
      ) : null}
    </>
  );
}
