import '@mantine/dates/styles.layer.css';
import { Group, NativeSelect } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { almatyDay } from '../../../ui/format/dates';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import { useSearch } from '../useSearch';
import { addDays, PRESETS, readPeriod, type Period, type Preset } from './period';

/** The period in the address, for queries. */
export function usePeriod(): Period {
  const { search } = useSearch();
  return readPeriod(search, almatyDay(new Date()));
}

export type DaysInputProps = {
  readonly label: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Called when both ends are chosen, or with nulls when cleared. */
  readonly onChange: (from: string | null, to: string | null) => void;
  readonly clearable?: boolean;
};

/** Two days of a calendar; tells nothing while only the first is chosen. */
export function DaysInput(props: DaysInputProps): ReactNode {
  const { t } = useTranslation('brand');
  const language = useLanguage();
  const [half, setHalf] = useState<[string | null, string | null] | null>(null);
  const today = almatyDay(new Date());
  return (
    <DatePickerInput
      type="range"
      label={props.label}
      placeholder={t('period.any')}
      locale={language}
      valueFormat="D MMM YYYY"
      firstDayOfWeek={1}
      hideOutsideDates
      popoverProps={{ withRoles: false }}
      allowSingleDateInRange
      minDate={addDays(today, -365 * 3)}
      maxDate={today}
      miw={220}
      clearable={props.clearable ?? false}
      clearButtonProps={{ 'aria-label': t('period.clear') }}
      ariaLabels={{
        previousMonth: t('period.previous_month'),
        nextMonth: t('period.next_month'),
      }}
      value={half ?? [props.from, props.to]}
      onChange={([from, to]) => {
        const whole = (from === null) === (to === null);
        setHalf(whole ? null : [from, to]);
        if (whole) props.onChange(from, to);
      }}
    />
  );
}

/** Which days the figures are of; kept in the address. */
export function PeriodPicker(): ReactNode {
  const { t } = useTranslation('brand');
  const { change } = useSearch();
  const period = usePeriod();
  const choose = (preset: Preset): void => {
    if (preset === 'custom') change({ period: null, from: period.from, to: period.to });
    else change({ period: preset, from: null, to: null });
  };
  return (
    <Group gap="sm" align="flex-end">
      <NativeSelect
        label={t('period.label')}
        value={period.preset}
        data={PRESETS.map((preset) => ({ value: preset, label: t(`period.preset.${preset}`) }))}
        onChange={(event) => choose(event.currentTarget.value as Preset)}
      />
      {period.preset === 'custom' ? (
        <DaysInput
          label={t('period.days')}
          from={period.from}
          to={period.to}
          onChange={(from, to) => change({ period: null, from, to })}
        />
      ) : null}
    </Group>
  );
}
