import { Button, Menu, Text } from '@mantine/core';
import { IconDots, IconLockOpen, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Schema } from '../types';

type Run = Schema<'PayoutBatch'>;
export type RunChange = 'reopen' | 'restart' | 'close';

const CHANGES = [
  ['reopen', IconLockOpen],
  ['restart', IconRefresh],
  ['close', IconPlayerStop],
] as const;

export type RunMenuProps = {
  readonly allowed: Run['allowed'];
  readonly onChoose: (change: RunChange) => void;
};

/** What is done to a run when something is wrong with it, each with what will happen in a sentence. */
export function RunMenu({ allowed, onChoose }: RunMenuProps): ReactNode {
  const { t } = useTranslation('opsRuns');
  const shown = CHANGES.filter(([change]) => allowed.includes(change));
  if (shown.length === 0) return null;
  return (
    <Menu width={320} position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDots size={18} aria-hidden />}>
          {t('more')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {shown.map(([change, Sign]) => (
          <Menu.Item
            key={change}
            leftSection={<Sign size={18} aria-hidden />}
            {...(change === 'close' ? { color: 'red' } : {})}
            onClick={() => onChoose(change)}
          >
            {t(`change.${change}.open`)}
            <Text size="xs" c="dimmed">
              {t(`change.${change}.hint`)}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
