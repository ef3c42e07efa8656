import { Button, Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import classes from './FilterBar.module.css';
import { useTypedFilter } from './useTypedFilter';

export type FilterBarProps = {
  readonly search?: {
    readonly label: string;
    readonly value: string;
    /** Called 300 ms after the last key. */
    readonly onChange: (value: string) => void;
  };
  /** Selects, date ranges. */
  readonly children?: ReactNode;
  /** Shown when any filter is set. */
  readonly onClear?: (() => void) | null;
};

function SearchBox({ label, value, onChange }: NonNullable<FilterBarProps['search']>): ReactNode {
  const [typed, type] = useTypedFilter(value, onChange);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={18} aria-hidden />}
      value={typed}
      flex="1 1 14rem"
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

export function FilterBar({ search, children, onClear }: FilterBarProps): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <Group role="search" gap="sm" mb="md" align="flex-end" className={classes.bar}>
      {search ? <SearchBox {...search} /> : null}
      {children}
      {onClear ? (
        <Button variant="subtle" onClick={onClear}>
          {t('clear_filters')}
        </Button>
      ) : null}
    </Group>
  );
}
