import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { UrlFilters } from './useUrlFilters';

/** `from` and `to` of the address as days of Almaty, both included. */
export function PeriodFields({ filters }: { filters: UrlFilters }): ReactNode {
  const { t } = useTranslation('ops');
  return (['from', 'to'] as const).map((name) => (
    <TextInput
      key={name}
      type="date"
      label={t(`period_${name}`)}
      flex="1 1 8.5rem"
      maw={{ base: undefined, sm: 180 }}
      value={filters.get(name) ?? ''}
      onChange={(event) => filters.set({ [name]: event.currentTarget.value })}
    />
  ));
}
