import { Button, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { BrandMark } from '../components/BrandMark';
import { CenteredPage } from '../components/CenteredPage';
import { useSessionChange } from './session';

/** Signed in, but in the app of other people: shows the way to theirs. `href` is a page of the other app. */
export function ElsewherePage({ href }: { href: string }): ReactNode {
  const { t } = useTranslation('ui');
  const { signOut } = useSessionChange();
  return (
    <CenteredPage>
      <Stack>
        <BrandMark />
        <Title order={1}>{t('elsewhere.title')}</Title>
        <Text c="dimmed">{t('elsewhere.text')}</Text>
        <Button component="a" href={href}>
          {t('elsewhere.go')}
        </Button>
        <Button variant="default" onClick={() => void signOut()}>
          {t('sign_out')}
        </Button>
      </Stack>
    </CenteredPage>
  );
}
