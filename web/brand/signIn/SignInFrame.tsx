import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { BrandMark } from '../../ui/components/BrandMark';
import { LanguageMenu } from '../../ui/components/LanguageMenu';
import { ThemeMenu } from '../../ui/components/ThemeMenu';
import classes from './SignIn.module.css';

/** Around everything before the desk: the sign, language and appearance; on wide screens what Gamma promises. */
export function SignInFrame({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation('signIn');
  return (
    <div className={classes.page}>
      <aside className={classes.aside}>
        <Stack gap="lg" maw={420}>
          <Text className={classes.promise}>{t('promise.title')}</Text>
          <Text className={classes.detail}>{t('promise.text')}</Text>
        </Stack>
      </aside>
      <div className={classes.side}>
        <Group component="header" justify="space-between" className={classes.top}>
          <BrandMark />
          <Group gap={0}>
            <LanguageMenu />
            <ThemeMenu compact />
          </Group>
        </Group>
        <main className={classes.main}>
          <div className={classes.column}>{children}</div>
        </main>
      </div>
    </div>
  );
}
