import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCode, IconDevices, IconShieldLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { showMessage } from '../../ui/app/showMessage';
import { LanguageMenu } from '../../ui/components/LanguageMenu';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { ThemeMenu } from '../../ui/components/ThemeMenu';
import { useSaveLanguage } from '../../ui/session/AccountCard';
import { useMe, useSessionChange } from '../../ui/session/session';
import { profileRead } from '../data/reads';
import { useInfluencerId } from '../data/useInfluencerId';
import { InstallCard } from '../install/InstallCard';
import { Row, Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { forgetLinks } from '../offline/keptLinks';
import { NameForm } from '../payee/NameForm';
import { PayeeRows } from './PayeeRows';

function LookCard(): ReactNode {
  const { t } = useTranslation('ui');
  const saveLanguage = useSaveLanguage();
  return (
    <Card>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text>{t('language')}</Text>
          <LanguageMenu onChoose={saveLanguage} />
        </Group>
        <Group justify="space-between">
          <Text>{t('theme')}</Text>
          <ThemeMenu />
        </Group>
      </Stack>
    </Card>
  );
}

function MoreRows(): ReactNode {
  const { t } = useTranslation('profile');
  return (
    <Rows label={t('more')}>
      <Row to="/profile/sessions" start={<IconDevices size={22} stroke={1.7} aria-hidden />}>
        <Text fw={500}>{t('sessions.title')}</Text>
        <Text size="sm" c="dimmed">
          {t('sessions.short')}
        </Text>
      </Row>
      <Row to="/profile/data" start={<IconShieldLock size={22} stroke={1.7} aria-hidden />}>
        <Text fw={500}>{t('data.title')}</Text>
        <Text size="sm" c="dimmed">
          {t('data.short')}
        </Text>
      </Row>
      <Row to="/profile/keys" start={<IconCode size={22} stroke={1.7} aria-hidden />}>
        <Text fw={500}>{t('keys.title')}</Text>
        <Text size="sm" c="dimmed">
          {t('keys.short')}
        </Text>
      </Row>
    </Rows>
  );
}

export default function Profile(): ReactNode {
  const { t } = useTranslation(['profile', 'ui']);
  const me = useMe();
  const { signOut } = useSessionChange();
  const query = useQuery(profileRead(useInfluencerId()));
  const leave = async (): Promise<void> => {
    forgetLinks();
    await signOut();
  };
  return (
    <>
      <PageHeader title={t('title')} text={me.user.name} />
      <Stack gap="lg">
        <Stack gap="xs" component="section">
          <Title order={2} size="h3">
            {t('payee.title')}
          </Title>
          <Loaded query={query} skeleton={<ListSkeleton rows={3} height={72} />}>
            {(profile) => <PayeeRows profile={profile} />}
          </Loaded>
        </Stack>
        <Card component="section">
          <NameForm
            key={me.user.name}
            initial={me.user.name}
            submitLabel={t('save_name')}
            onlyChanged
            onDone={() => showMessage({ message: t('saved') })}
          />
        </Card>
        <LookCard />
        <MoreRows />
        <InstallCard />
        <Button variant="default" fullWidth onClick={() => void leave()}>
          {t('sign_out', { ns: 'ui' })}
        </Button>
      </Stack>
    </>
  );
}
