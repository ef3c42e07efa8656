import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ProblemAlert } from './ProblemAlert';

export type ConfirmDialogProps = {
  readonly opened: boolean;
  readonly title: string;
  /** What will happen, with figures; fields (a reason) may stand here too. */
  readonly children: ReactNode;
  /** Says the act itself: “Withdraw 7 000,00 ₸”, never “OK”. */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly danger?: boolean;
  readonly pending?: boolean;
  readonly disabled?: boolean;
  readonly error?: unknown;
};

export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { t } = useTranslation('ui');
  const { opened, title, children, confirmLabel, onConfirm, onClose, pending = false } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        {children}
        <ProblemAlert error={props.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            {...(props.danger ? { color: 'red' } : {})}
            loading={pending}
            disabled={props.disabled ?? false}
            onClick={onConfirm}
            data-autofocus={props.danger ? undefined : true}
          >
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
