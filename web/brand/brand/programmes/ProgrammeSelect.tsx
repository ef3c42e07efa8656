import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useProgrammes } from './useProgrammes';

export type ProgrammeSelectProps = {
  readonly value: string | null;
  readonly onChange: (programmeId: string | null) => void;
  /** Without it one programme must be chosen, and a brand with only one sees no choice. */
  readonly withAll?: boolean;
};

export function ProgrammeSelect({ value, onChange, withAll }: ProgrammeSelectProps): ReactNode {
  const { t } = useTranslation('brand');
  const programmes = useProgrammes().data ?? [];
  // As a filter it stands from the start: coming late it would push the figures below it down.
  if (!withAll && programmes.length < 2) return null;
  const options = programmes.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <NativeSelect
      label={t('programme')}
      value={value ?? ''}
      data={withAll ? [{ value: '', label: t('all_programmes') }, ...options] : options}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
