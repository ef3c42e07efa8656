import { NativeSelect } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { changeLanguage } from '../i18n/i18n';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../i18n/languages';
import { useLanguage } from '../i18n/useLanguage';
import classes from './ChoiceMenu.module.css';

const OPTIONS = LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }));

export type LanguageMenuProps = {
  /** Also saves the choice in the account (PATCH /v1/me). */
  readonly onChoose?: (language: Language) => void;
};

/** The device's own picker: the best one on a phone, and no code of a menu in the first load. */
export function LanguageMenu({ onChoose }: LanguageMenuProps): ReactNode {
  const { t } = useTranslation('ui');
  const current = useLanguage();
  return (
    <NativeSelect
      variant="unstyled"
      aria-label={t('language')}
      classNames={{ input: classes.choice }}
      leftSection={<IconLanguage size={20} aria-hidden />}
      leftSectionPointerEvents="none"
      rightSection={null}
      rightSectionWidth={0}
      data={OPTIONS}
      value={current}
      onChange={(event) => {
        const chosen = LANGUAGES.find((language) => language === event.currentTarget.value);
        if (!chosen) return;
        void changeLanguage(chosen);
        onChoose?.(chosen);
      }}
    />
  );
}
