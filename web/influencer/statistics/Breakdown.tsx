import { Anchor, Card, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ListSkeleton } from '../../ui/components/Skeletons';
import { formatCount } from '../../ui/format/money';
import { APP_NAMES, productName } from '../data/appNames';
import { statisticsRead, type ClickPeriod } from '../data/linkReads';
import type { ClickFigures, ClickItem } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Loaded } from '../loading/Loaded';
import { CsvButton } from './CsvButton';
import classes from './Statistics.module.css';

const CUTS = ['link', 'product', 'app', 'device', 'referrer'] as const;
type Cut = (typeof CUTS)[number];

/** A key of the cut in words. */
function useName(cut: Cut): (item: ClickItem) => string {
  const { t } = useTranslation('statistics');
  return ({ key, label }) => {
    if (label) return label;
    if (key === null || key === '') return t(`unknown_key.${cut}`);
    if (cut === 'app') return APP_NAMES[key] ?? t('other_app');
    if (cut === 'product') return productName(key);
    return cut === 'device' ? t(`device.${key}`, t('device.other')) : key;
  };
}

type LineProps = {
  readonly name: ReactNode;
  readonly figures: ClickFigures;
  readonly most: number;
};

function Line({ name, figures, most }: LineProps): ReactNode {
  const { t } = useTranslation('statistics');
  const { counted, not_counted } = figures;
  const width = most === 0 ? 0 : (100 * (counted ?? 0)) / most;
  return (
    <li>
      <div className={classes.line}>
        <Text size="sm" component="div" className={classes.name ?? ''}>
          {name}
        </Text>
        <Text size="sm" fw={560} className="gamma-figures">
          {counted === null ? '—' : formatCount(counted)}
        </Text>
      </div>
      <div className={classes.track} aria-hidden>
        <div className={classes.fill} style={{ width: `${width}%` }} />
      </div>
      {not_counted ? (
        <Text size="xs" c="dimmed" mt={2}>
          {t('not_counted', { count: not_counted, shown: formatCount(not_counted) })}
        </Text>
      ) : null}
    </li>
  );
}

type LinesProps = {
  readonly cut: Cut;
  readonly items: readonly ClickItem[];
  readonly rest: ClickFigures | null;
};

function Lines({ cut, items, rest }: LinesProps): ReactNode {
  const { t } = useTranslation('statistics');
  const nameOf = useName(cut);
  const most = Math.max(0, ...items.map(({ counted }) => counted ?? 0));
  if (items.length === 0) return <Text c="dimmed">{t('none')}</Text>;
  return (
    <ul className={classes.list} aria-label={t(`cut.${cut}`)}>
      {items.map((item) => (
        <Line
          key={item.key ?? ''}
          figures={item}
          most={most}
          name={
            cut === 'link' && item.key ? (
              <Anchor component={Link} to={`/links/${item.key}`} inherit>
                {nameOf(item)}
              </Anchor>
            ) : (
              nameOf(item)
            )
          }
        />
      ))}
      {rest ? <Line name={t('rest')} figures={rest} most={most} /> : null}
    </ul>
  );
}

export type BreakdownProps = { readonly period: ClickPeriod; readonly linkId: string | null };

/** The same clicks cut one way or another: where they came from and what they went to. */
export function Breakdown({ period, linkId }: BreakdownProps): ReactNode {
  const { t } = useTranslation('statistics');
  const cuts = linkId ? CUTS.filter((one) => one !== 'link') : CUTS;
  const [chosen, setChosen] = useState<Cut>('app');
  const asked = { ...period, group_by: chosen, ...(linkId ? { link_id: linkId } : {}) };
  const query = useQuery(statisticsRead(useInfluencerId(), asked));
  // While another cut comes, the former one is not shown under its name.
  const data = query.data?.group_by === chosen ? query.data : undefined;
  return (
    <Card component="section">
      <Stack gap="md">
        <NativeSelect
          label={t('cuts')}
          value={chosen}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setChosen(CUTS.find((one) => one === value) ?? 'app');
          }}
          data={cuts.map((one) => ({ value: one, label: t(`cut.${one}`) }))}
        />
        <Loaded query={{ ...query, data }} skeleton={<ListSkeleton rows={4} height={36} />}>
          {({ items, rest }) => <Lines cut={chosen} items={items} rest={rest} />}
        </Loaded>
        <CsvButton asked={asked} />
      </Stack>
    </Card>
  );
}
