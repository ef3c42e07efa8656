import { Anchor, Card, Group, NativeSelect, SegmentedControl, Title } from '@mantine/core';
import { IconClick } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { EmptyState } from '../../../ui/components/EmptyState';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import { FileButton } from '../FileButton';
import classes from '../overview/Breakdown.module.css';
import { figure, FIGURES, productName } from './figure';
import {
  CUTS,
  useClicksFile,
  useClickStatistics,
  type ClickFigures,
  type ClickItem,
  type Cut,
} from './useClicks';

type Line = { readonly id: string; readonly name: ReactNode; readonly figures: ClickFigures };

/** Codes with words of ours; others (an app that is new to us) stand as they are. */
const APPS = 'instagram tiktok facebook telegram whatsapp vk youtube threads other'.split(' ');
const DEVICES = ['phone', 'tablet', 'desktop', 'other'];

/** What a row is called: names by the API, codes by our words, and in words also what has no key. */
function useRowName(): (item: ClickItem, by: Cut) => ReactNode {
  const { t } = useTranslation('clicks');
  const language = useLanguage();
  return ({ key, label, reason }, by) => {
    if (by === 'reason') return reason ? reason[language] : t('none.reason');
    if (key === null) return t(`none.${by}`);
    if (by === 'app') return APPS.includes(key) ? t(`app.${key}`) : key;
    if (by === 'device') return DEVICES.includes(key) ? t(`device.${key}`) : key;
    if (by === 'product') return productName(key);
    if (by === 'influencer' || by === 'programme') {
      const to = by === 'influencer' ? `/brand/influencers/${key}` : `/brand/programmes/${key}`;
      return (
        <Anchor component={Link} to={to} inherit>
          {label ?? key}
        </Anchor>
      );
    }
    return label ?? key;
  };
}

function useColumns(by: Cut, most: number): readonly TableColumn<Line>[] {
  const { t } = useTranslation('clicks');
  return useMemo(() => {
    const count = (name: (typeof FIGURES)[number]): TableColumn<Line> => ({
      key: name,
      header: t(`figure.${name}`),
      align: 'end',
      minWidth_px: 112,
      cell: ({ figures }) => figure(figures[name]),
      sortValue: ({ figures }) => figures[name] ?? -1,
      ...(name === 'clicks' ? { card: 'figure' as const } : {}),
    });
    return [
      {
        key: 'name',
        header: t(`by.${by}`),
        grow: 3,
        minWidth_px: 200,
        card: 'title',
        cell: ({ name, figures }) => (
          <span className={classes.name}>
            <span style={{ overflowWrap: 'anywhere' }}>{name}</span>
            <span className={classes.track} aria-hidden>
              <span
                className={classes.fill}
                style={{ width: `${most > 0 ? ((figures.clicks ?? 0) / most) * 100 : 0}%` }}
              />
            </span>
          </span>
        ),
      },
      ...FIGURES.map(count),
    ];
  }, [t, by, most]);
}

function CutChoice({ by, onChoose }: { by: Cut; onChoose: (by: Cut) => void }): ReactNode {
  const { t } = useTranslation('clicks');
  const data = CUTS.map((value) => ({ value, label: t(`by.${value}`) }));
  return (
    <>
      <NativeSelect
        hiddenFrom="lg"
        flex="1 1 14rem"
        aria-label={t('sources')}
        value={by}
        data={data}
        onChange={(event) => onChoose(event.currentTarget.value as Cut)}
      />
      <SegmentedControl
        visibleFrom="lg"
        aria-label={t('sources')}
        value={by}
        data={data}
        onChange={(value) => onChoose(value)}
      />
    </>
  );
}

/** Where clicks come from, by one cut at a time: at most a hundred rows, and all others together. */
export function ClickSources({
  by,
  onChoose,
}: {
  by: Cut;
  onChoose: (by: Cut) => void;
}): ReactNode {
  const { t } = useTranslation('clicks');
  const nameOf = useRowName();
  const { data, error, refetch } = useClickStatistics(by);
  const fetchFile = useClicksFile(by);
  // While another cut loads, the rows shown still belong to the former one.
  const cut = CUTS.find((one) => one === data?.group_by) ?? by;
  const lines: Line[] = (data?.items ?? []).map((item, i) => ({
    id: item.key ?? `none-${i}`,
    name: nameOf(item, cut),
    figures: item,
  }));
  if (data?.rest) lines.push({ id: 'rest', name: t('rest'), figures: data.rest });
  const columns = useColumns(cut, Math.max(0, ...lines.map(({ figures }) => figures.clicks ?? 0)));
  return (
    <Card>
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} size="h3">
          {t('sources')}
        </Title>
        <FileButton
          variant="subtle"
          label={t('csv_cut')}
          name={`gamma-clicks-${by}-${data?.from}-${data?.to}.csv`}
          fetchFile={fetchFile}
        />
      </Group>
      <Group mb="md">
        <CutChoice by={by} onChoose={onChoose} />
      </Group>
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {data ? (
        <DataTable
          label={t('sources')}
          columns={columns}
          rows={lines}
          rowId={({ id }) => id}
          empty={<EmptyState icon={IconClick} title={t('empty.title')} text={t('empty.text')} />}
        />
      ) : null}
      {data || error ? null : <ListSkeleton rows={5} height={44} />}
    </Card>
  );
}
