import { NativeSelect, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import classes from './ChoiceMenu.module.css';

const SIGNS: Record<MantineColorScheme, Icon> = {
  auto: IconDeviceDesktop,
  light: IconSun,
  dark: IconMoon,
};
const SCHEMES = ['auto', 'light', 'dark'] as const;

export type ThemeMenuProps = {
  /** Shows the sign alone: for narrow bars. */
  readonly compact?: boolean;
};

export function ThemeMenu({ compact = false }: ThemeMenuProps): ReactNode {
  const { t } = useTranslation('ui');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Sign = SIGNS[colorScheme];
  return (
    <NativeSelect
      variant="unstyled"
      aria-label={t('theme')}
      classNames={{ input: compact ? classes.sign : classes.choice }}
      leftSection={<Sign size={20} aria-hidden />}
      leftSectionPointerEvents="none"
      rightSection={null}
      rightSectionWidth={0}
      data={SCHEMES.map((value) => ({ value, label: t(`theme_${value}`) }))}
      value={colorScheme}
      onChange={(event) => {
        const chosen = SCHEMES.find((scheme) => scheme === event.currentTarget.value);
        if (chosen) setColorScheme(chosen);
      }}
    />
  );
}
