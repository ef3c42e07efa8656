import { AppShell, Burger, Group, NavLink as NavItem, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useLocation } from 'react-router';

import type { NavEntry } from '../app/screens';
import { useMe } from '../session/session';
import { BrandMark } from './BrandMark';
import classes from './DeskShell.module.css';

export type DeskShellProps = {
  readonly entries: readonly NavEntry[];
  /** Right side of the top bar: account, language, theme. */
  readonly tools: ReactNode;
  readonly children: ReactNode;
};

/** Side navigation and top bar; the navigation folds behind a button on a phone. */
export function DeskShell({ entries, tools, children }: DeskShellProps): ReactNode {
  const { t } = useTranslation();
  const { permissions, tenant } = useMe();
  const { pathname } = useLocation();
  const [opened, { toggle, close }] = useDisclosure();
  useEffect(close, [pathname, close]);
  const shown = entries.filter(({ operation }) => !operation || permissions.includes(operation));
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 236, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={t('navigation', { ns: 'ui' })}
              aria-expanded={opened}
              className={classes.burger}
            />
            <BrandMark compact />
            <Text c="dimmed" size="sm" truncate visibleFrom="xs">
              {tenant.name}
            </Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            {tools}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" className={classes.navbar} aria-label={t('navigation', { ns: 'ui' })}>
        {shown.map(({ to, label, icon: Sign }) => (
          <NavItem
            key={to}
            component={NavLink}
            to={to}
            end={entries[0]?.to === to}
            label={t(label)}
            leftSection={<Sign size={20} stroke={1.7} aria-hidden />}
            className={classes.entry}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main className={classes.main}>
        <div className={classes.page}>{children}</div>
      </AppShell.Main>
    </AppShell>
  );
}
