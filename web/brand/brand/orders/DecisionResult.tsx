import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Decision } from '../types';

export type DecisionResultProps = {
  readonly decision: Decision;
  /** Order number of an id the screen knows. */
  readonly numberOf: (id: string) => string;
  readonly onClose: () => void;
};

function Refused({ decision, numberOf }: Omit<DecisionResultProps, 'onClose'>): ReactNode {
  const { t } = useTranslation('orders');
  const refused = decision.items.filter(({ result }) => result === 'refused');
  if (refused.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={560}>
        {t('result.refused', { count: refused.length })}
      </Text>
      <List size="sm" spacing={6} mah={260} style={{ overflow: 'auto' }} tabIndex={0}>
        {refused.map(({ id, code }) => (
          <List.Item key={id}>
            <Text span inherit fw={560}>
              {numberOf(id)}
            </Text>{' '}
            {t(`refusal.${code ?? 'order_closed'}`)}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

/** What became of each order of a decision. */
export function DecisionResult({ decision, numberOf, onClose }: DecisionResultProps): ReactNode {
  const { t } = useTranslation(['orders', 'ui']);
  const { applied, unchanged } = decision;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`result.title.${decision.decision}`)}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      <Stack>
        <Text size="sm" role="status">
          {t(`result.applied.${decision.decision}`, { count: applied })}
        </Text>
        {unchanged > 0 ? (
          <Text size="sm" c="dimmed">
            {t('result.unchanged', { count: unchanged })}
          </Text>
        ) : null}
        <Refused decision={decision} numberOf={numberOf} />
        {decision.more ? <Alert color="yellow">{t('result.more')}</Alert> : null}
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t('result.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
