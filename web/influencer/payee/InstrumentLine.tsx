import { Card, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconBuildingBank, IconCreditCard } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Instrument } from '../data/types';

/** Names of payment systems are the same in every language. */
const BRANDS: Record<string, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  maestro: 'Maestro',
  amex: 'American Express',
};

/** `Visa •• 4242`; needs the `payee` texts. */
export function useInstrumentName(): (
  instrument: Pick<Instrument, 'kind' | 'last4'> & Partial<Pick<Instrument, 'brand' | 'bank'>>,
) => string {
  const { t } = useTranslation('payee');
  return ({ kind, last4, brand, bank }) => {
    const own = kind === 'card' ? BRANDS[brand ?? ''] : bank;
    return `${own ?? t(`instrument.${kind}`)} •• ${last4}`;
  };
}

/** Where money goes now. */
export function InstrumentLine({ instrument }: { instrument: Instrument }): ReactNode {
  const { t } = useTranslation('payee');
  const nameOf = useInstrumentName();
  const Sign = instrument.kind === 'card' ? IconCreditCard : IconBuildingBank;
  return (
    <Card>
      <Group wrap="nowrap">
        <ThemeIcon variant="light" size={40} radius="md" aria-hidden>
          <Sign size={22} />
        </ThemeIcon>
        <Stack gap={0} miw={0}>
          <Text fw={600} className="gamma-figures">
            {nameOf(instrument)}
          </Text>
          <Text size="sm" c={instrument.stopped ? 'red' : 'dimmed'}>
            {instrument.stopped ? t('instrument.stopped') : t('instrument.now')}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
