import { Button, Checkbox, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyField } from '../../../ui/components/CopyField';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { useKeyCommands, type NewKey } from './useApiKeys';

type Grant = NewKey['grants'][number];
const GRANTS = ['read', 'orders', 'programmes'] as const satisfies readonly Grant[];

/** The key itself: shown this once, so closing needs a yes that it is saved. */
export function KeyOnce({ value, onDone }: { value: string; onDone: () => void }): ReactNode {
  const { t } = useTranslation('apiKeys');
  const [kept, setKept] = useState(false);
  return (
    <Stack>
      <Text size="sm">{t('once.text')}</Text>
      <CopyField monospace label={t('once.key')} value={value} />
      <Checkbox
        label={t('once.kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!kept} onClick={onDone}>
          {t('once.done')}
        </Button>
      </Group>
    </Stack>
  );
}

type FieldsProps = {
  readonly draft: NewKey;
  readonly onChange: (change: Partial<NewKey>) => void;
};

function Fields({ draft, onChange }: FieldsProps): ReactNode {
  const { t } = useTranslation('apiKeys');
  const writes = draft.grants.length > 1 || !draft.grants.includes('read');
  return (
    <>
      <TextInput
        label={t('label')}
        description={t('label_help')}
        maxLength={60}
        data-autofocus
        value={draft.label}
        onChange={(event) => onChange({ label: event.currentTarget.value })}
      />
      <Radio.Group
        label={t('power')}
        value={draft.role}
        onChange={(role) =>
          onChange(
            role === 'brand_analyst'
              ? { role, grants: ['read'] }
              : { role: 'brand_manager', grants: ['read', 'orders'] },
          )
        }
      >
        <Stack gap="sm" mt="xs">
          <Radio value="brand_analyst" label={t('read_only')} description={t('read_only_text')} />
          <Radio value="brand_manager" label={t('acts')} description={t('acts_text')} />
        </Stack>
      </Radio.Group>
      {draft.role === 'brand_manager' ? (
        <Checkbox.Group
          label={t('grants')}
          error={draft.grants.length === 0 ? t('grants_none') : null}
          value={draft.grants}
          onChange={(grants) => onChange({ grants: grants })}
        >
          <Stack gap="sm" mt="xs">
            {GRANTS.map((grant) => (
              <Checkbox key={grant} value={grant} label={t(`grant.${grant}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
      ) : null}
      {writes ? (
        <Text size="sm" c="dimmed">
          {t('acts_warning')}
        </Text>
      ) : null}
    </>
  );
}

export function NewKeyDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation(['apiKeys', 'ui']);
  const [draft, setDraft] = useState<NewKey>({
    label: '',
    role: 'brand_analyst',
    grants: ['read'],
  });
  const { create } = useKeyCommands();
  const made = create.data;
  return (
    <Modal
      opened
      title={made ? t('once.title') : t('create')}
      closeOnClickOutside={!made}
      closeOnEscape={!made}
      withCloseButton={!made}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {made ? (
        <KeyOnce value={made.key} onDone={onClose} />
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!create.isPending) create.mutate({ ...draft, label: draft.label.trim() });
          }}
        >
          <Stack>
            <Fields
              draft={draft}
              onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
            />
            <ProblemAlert error={create.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('cancel', { ns: 'ui' })}
              </Button>
              <Button
                type="submit"
                loading={create.isPending}
                disabled={draft.label.trim() === '' || draft.grants.length === 0}
              >
                {t('create')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
