import { Button, Group, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import classes from './BulkBar.module.css';
import { MOST_AT_ONCE, type Verb } from './decisions';

export type BulkBarProps = {
  readonly count: number;
  /** Null when the list is not filtered or is loaded whole: then there is nothing more to take. */
  readonly onTakeAll: ((verb: Verb) => void) | null;
  readonly onDecide: (verb: Verb) => void;
  readonly onClear: () => void;
};

/** What can be done with the chosen orders; stays in view while the list is scrolled. */
export function BulkBar({ count, onTakeAll, onDecide, onClear }: BulkBarProps): ReactNode {
  const { t } = useTranslation('orders');
  const tooMany = count > MOST_AT_ONCE;
  return (
    <div className={classes.bar} role="region" aria-label={t('bulk.label')}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={560} role="status">
          {tooMany ? t('bulk.too_many', { most: MOST_AT_ONCE }) : t('bulk.chosen', { count })}
        </Text>
        <Group gap="xs">
          {onTakeAll ? (
            <Button variant="subtle" onClick={() => onTakeAll('approve')}>
              {t('bulk.approve_all')}
            </Button>
          ) : null}
          <Button variant="subtle" color="gray" onClick={onClear}>
            {t('bulk.clear')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconX size={18} aria-hidden />}
            disabled={tooMany}
            onClick={() => onDecide('reject')}
          >
            {t('bulk.reject')}
          </Button>
          <Button
            leftSection={<IconCheck size={18} aria-hidden />}
            disabled={tooMany}
            onClick={() => onDecide('approve')}
          >
            {t('bulk.approve')}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
