import { Button, Collapse, Group, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { FilterBar } from '../../../ui/components/FilterBar';
import { DaysInput } from '../period/PeriodPicker';
import { ProgrammeSelect } from '../programmes/ProgrammeSelect';
import { CONVERSION_STATES, ORDER_STATUSES } from '../states';
import { useSearch } from '../useSearch';
import { FILTER_KEYS, SORTS } from './orderFilter';

/** A typed filter: goes into the address 400 ms after the last key. */
function TypedFilter(props: {
  name: string;
  label: string;
  placeholder?: string;
  numeric?: boolean;
}): ReactNode {
  const { search, change } = useSearch();
  const [typed, setTyped] = useState(search.get(props.name) ?? '');
  const tell = useDebouncedCallback((value: string) => change({ [props.name]: value }), 400);
  return (
    <TextInput
      label={props.label}
      placeholder={props.placeholder}
      inputMode={props.numeric ? 'decimal' : 'text'}
      autoComplete="off"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}

const MORE_KEYS = ['status', 'programme', 'influencer', 'from', 'min', 'max'];

function MoreFilters(): ReactNode {
  const { t } = useTranslation(['orders', 'brand']);
  const { search, change } = useSearch();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="sm" mb="md">
      <NativeSelect
        label={t('filter.status')}
        value={search.get('status') ?? ''}
        data={[
          { value: '', label: t('filter.any_status') },
          ...ORDER_STATUSES.map((value) => ({
            value,
            label: t(`order_status.${value}`, { ns: 'brand' }),
          })),
        ]}
        onChange={(event) => change({ status: event.currentTarget.value })}
      />
      <ProgrammeSelect
        withAll
        value={search.get('programme')}
        onChange={(id) => change({ programme: id })}
      />
      <TypedFilter name="influencer" label={t('filter.influencer')} />
      <DaysInput
        clearable
        label={t('filter.days')}
        from={search.get('from')}
        to={search.get('to')}
        onChange={(from, to) => change({ from, to })}
      />
      <TypedFilter numeric name="min" label={t('filter.min')} placeholder="0" />
      <TypedFilter numeric name="max" label={t('filter.max')} placeholder="100 000" />
    </SimpleGrid>
  );
}

/** Everything chosen here stands in the address, so that a link shows the same orders to a colleague. */
export function OrderFilters(): ReactNode {
  const { t } = useTranslation(['orders', 'brand']);
  const { search, change } = useSearch();
  const further = MORE_KEYS.filter((key) => search.has(key)).length;
  const filtered = FILTER_KEYS.some((key) => search.has(key));
  const [opened, { toggle }] = useDisclosure(further > 0);
  // A cleared filter also clears what was typed: the fields are made anew.
  const [generation, setGeneration] = useState(0);
  const clear = (): void => {
    change(Object.fromEntries(FILTER_KEYS.map((key) => [key, null])));
    setGeneration(generation + 1);
  };
  return (
    <div key={generation}>
      <FilterBar
        search={{
          label: t('filter.search'),
          value: search.get('q') ?? '',
          onChange: (value) => change({ q: value.trim() }),
        }}
      >
        <NativeSelect
          aria-label={t('filter.state')}
          value={search.get('state') ?? ''}
          data={[
            { value: '', label: t('filter.any_state') },
            ...CONVERSION_STATES.map((value) => ({
              value,
              label: t(`state.${value}`, { ns: 'brand' }),
            })),
          ]}
          onChange={(event) => change({ state: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={t('filter.sort')}
          value={search.get('sort') ?? SORTS[0]}
          data={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          onChange={(event) => change({ sort: event.currentTarget.value })}
        />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden />}
            aria-expanded={opened}
            onClick={toggle}
          >
            {further > 0 ? t('filter.more_set', { count: further }) : t('filter.more')}
          </Button>
          {filtered ? (
            <Button variant="subtle" onClick={clear}>
              {t('filter.clear')}
            </Button>
          ) : null}
        </Group>
      </FilterBar>
      <Collapse expanded={opened}>
        <MoreFilters />
      </Collapse>
    </div>
  );
}
