import { NativeSelect } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { components } from '../api/schema';
import { useLanguage } from '../i18n/useLanguage';

type TableStyle = NonNullable<components['parameters']['TableStyle']>;
const STYLES = ['excel', 'programs'] as const satisfies readonly TableStyle[];

/**
 * How tables are written for this person, remembered in this browser, which is where their Excel is. Until somebody
 * chooses: in Russian and Kazakh Excel wants semicolons and decimal commas.
 */
export function useTableStyle(): readonly [TableStyle, (style: TableStyle) => void] {
  const language = useLanguage();
  const [chosen, choose] = useLocalStorage<string | null>({
    key: 'gamma-table-style',
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const kept = STYLES.find((style) => style === chosen);
  return [kept ?? (language === 'en' ? 'programs' : 'excel'), choose];
}

export function TableStyleChoice(): ReactNode {
  const { t } = useTranslation('ui');
  const [style, choose] = useTableStyle();
  return (
    <NativeSelect
      aria-label={t('table_style')}
      miw={0}
      maw="100%"
      data={STYLES.map((value) => ({ value, label: t(`table_style_${value}`) }))}
      value={style}
      onChange={(event) => {
        const chosen = STYLES.find((one) => one === event.currentTarget.value);
        if (chosen) choose(chosen);
      }}
    />
  );
}
