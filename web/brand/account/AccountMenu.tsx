import { Button, Menu, Text } from '@mantine/core';
import { IconLogout, IconSettings, IconUserCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { LanguageMenu } from '../../ui/components/LanguageMenu';
import { ThemeMenu } from '../../ui/components/ThemeMenu';
import { useSaveLanguage } from '../../ui/session/AccountCard';
import { useMe, useSessionChange } from '../../ui/session/session';

/** Right end of the top bar: language, appearance, account. */
export function AccountMenu({ accountPath }: { accountPath: string }): ReactNode {
  const { t } = useTranslation(['shell', 'ui']);
  const { user, role } = useMe();
  const { signOut } = useSessionChange();
  const saveLanguage = useSaveLanguage();
  return (
    <>
      <LanguageMenu onChoose={saveLanguage} />
      <ThemeMenu compact />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            px="xs"
            aria-label={`${t('nav.account')}: ${user.name}`}
          >
            <IconUserCircle size={22} aria-hidden />
            <Text size="sm" ml={6} visibleFrom="md" maw={160} truncate>
              {user.name}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label c="dimmed">{t(`role.${role}`)}</Menu.Label>
          <Menu.Item component={Link} to={accountPath} leftSection={<IconSettings size={18} />}>
            {t('nav.account')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={18} />} onClick={() => void signOut()}>
            {t('sign_out', { ns: 'ui' })}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
