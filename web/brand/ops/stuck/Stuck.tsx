import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../../../ui/components/EmptyState';
import { FilterBar } from '../../../ui/components/FilterBar';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ReasonText } from '../../../ui/components/ReasonText';
import { formatCount } from '../../../ui/format/money';
import { Choice } from '../parts/Choice';
import { QueryBody } from '../parts/QueryBody';
import { oneOf } from '../parts/states';
import { useAge } from '../parts/useAge';
import { useUrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';
import classes from './Stuck.module.css';
import { StuckRow } from './StuckRow';
import { STUCK_KINDS, useStuck, type StuckKind } from './useStuck';

/** The API's own `older_than_seconds`. */
const DEFAULT_AGE_S = 900;

/** Seconds: anything at all, then from an hour to a week. */
const AGES = ['0', '3600', '86400', '604800'] as const;

function KindCard(props: {
  kind: StuckKind;
  items: readonly Schema<'StuckItem'>[];
  count: number;
}): ReactNode {
  const { kind, items, count } = props;
  const { t } = useTranslation('opsStuck');
  const [first] = items;
  return (
    <Card component="section">
      <Group gap="xs" mb={4}>
        <Title order={2} size="h3">
          {t(`kind.${kind}`)}
        </Title>
        <Badge color="gray">{formatCount(count)}</Badge>
      </Group>
      {first ? <ReasonText reason={first.text} size="sm" c="dimmed" mb="sm" /> : null}
      <ul className={classes.rows}>
        {items.map((item) => (
          <StuckRow key={item.subject_id} item={item} />
        ))}
      </ul>
      {count > items.length ? (
        <Text size="sm" c="dimmed" pt="sm">
          {t('more', { count: count - items.length })}
        </Text>
      ) : null}
    </Card>
  );
}

function Groups({ list }: { list: Schema<'StuckList'> }): ReactNode {
  const { t } = useTranslation('opsStuck');
  const groups = STUCK_KINDS.map((kind) => ({
    kind,
    items: list.items.filter((item) => item.kind === kind),
    count: list.counts[kind],
  })).filter(({ items }) => items.length > 0);
  if (groups.length === 0)
    return <EmptyState icon={IconCircleCheck} title={t('empty_title')} text={t('empty_text')} />;
  return (
    <Stack gap="lg">
      {groups.map((group) => (
        <KindCard key={group.kind} {...group} />
      ))}
    </Stack>
  );
}

export default function Stuck(): ReactNode {
  const { t } = useTranslation('opsStuck');
  const age = useAge();
  const filters = useUrlFilters(['kind', 'age']);
  const kind = oneOf(STUCK_KINDS, filters.get('kind'));
  const older = oneOf(AGES, filters.get('age'));
  const stuck = useStuck({
    ...(kind ? { kind } : {}),
    ...(older ? { older_than_seconds: older } : {}),
  });
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <FilterBar onClear={filters.any ? filters.clear : null}>
        <Choice
          label={t('filter_kind')}
          value={kind ?? null}
          options={STUCK_KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
          onChange={(value) => filters.set({ kind: value })}
        />
        <Choice
          label={t('filter_age')}
          emptyLabel={t('age_over', { age: age(DEFAULT_AGE_S) })}
          value={older ?? null}
          options={AGES.map((value) => ({
            value,
            label: value === '0' ? t('age_all') : t('age_over', { age: age(Number(value)) }),
          }))}
          onChange={(value) => filters.set({ age: value })}
        />
      </FilterBar>
      <QueryBody query={stuck}>{(list) => <Groups list={list} />}</QueryBody>
    </>
  );
}
