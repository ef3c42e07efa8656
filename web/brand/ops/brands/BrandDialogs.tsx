import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import type { Schema } from '../types';
import { useCreateBrand, useInviteOwner } from './useBrands';

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,185}\.[^\s@.]{2,63}$/;

type FormDialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly submit: { readonly label: string; readonly ready: boolean; readonly pending: boolean };
  readonly onSubmit: () => void;
  readonly error: unknown;
  /** Once it is on its way, that replaces the form. */
  readonly invitation: Schema<'InvitationCreated'> | undefined;
  readonly children: ReactNode;
};

/** The link goes to the mailbox alone: nobody here sees it. */
function OnItsWay(props: {
  invitation: Schema<'InvitationCreated'>;
  onClose: () => void;
}): ReactNode {
  const { invitation, onClose } = props;
  const { t } = useTranslation('opsBrands');
  return (
    <Stack>
      <Alert color="green" icon={<IconMail aria-hidden />} title={t('sent.title')}>
        {t('sent.text')}
      </Alert>
      {invitation.opens_at ? (
        <Text size="sm">
          {t('sent.opens')} <DateTime at={invitation.opens_at} />
        </Text>
      ) : null}
      <Text size="sm" c="dimmed">
        {t('sent.until')} <DateTime at={invitation.expires_at} />
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('sent.done')}</Button>
      </Group>
    </Stack>
  );
}

function FormDialog(props: FormDialogProps): ReactNode {
  const { title, onClose, submit, invitation } = props;
  const { t } = useTranslation('ui');
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (submit.ready && !submit.pending) props.onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      {invitation ? (
        <OnItsWay invitation={invitation} onClose={onClose} />
      ) : (
        <form onSubmit={onSubmit} noValidate>
          <Stack>
            {props.children}
            <ProblemAlert error={props.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('cancel')}
              </Button>
              <Button type="submit" disabled={!submit.ready} loading={submit.pending}>
                {submit.label}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function EmailField(props: { value: string; onChange: (email: string) => void }): ReactNode {
  const { value, onChange } = props;
  const { t } = useTranslation('opsBrands');
  const [left, setLeft] = useState(false);
  return (
    <TextInput
      type="email"
      label={t('form.email')}
      description={t('form.email_hint')}
      required
      autoComplete="off"
      error={left && value !== '' && !EMAIL.test(value.trim()) ? t('form.email_wrong') : null}
      value={value}
      onBlur={() => setLeft(true)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function CreateBrandDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation('opsBrands');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const create = useCreateBrand();
  return (
    <FormDialog
      title={create.data ? t('create.done', { name: create.data.brand.name }) : t('create.title')}
      onClose={onClose}
      submit={{
        label: t('create.confirm'),
        ready: name.trim() !== '' && EMAIL.test(email.trim()),
        pending: create.isPending,
      }}
      onSubmit={() => create.mutate({ name: name.trim(), owner_email: email.trim() })}
      error={create.error}
      invitation={create.data?.invitation}
    >
      <TextInput
        label={t('form.name')}
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <EmailField value={email} onChange={setEmail} />
    </FormDialog>
  );
}

export function InviteOwnerDialog(props: {
  brand: Schema<'Brand'>;
  onClose: () => void;
}): ReactNode {
  const { brand, onClose } = props;
  const { t } = useTranslation('opsBrands');
  const [email, setEmail] = useState('');
  const invite = useInviteOwner(brand.id);
  return (
    <FormDialog
      title={t('invite.title', { name: brand.name })}
      onClose={onClose}
      submit={{
        label: t('invite.confirm'),
        ready: EMAIL.test(email.trim()),
        pending: invite.isPending,
      }}
      onSubmit={() => invite.mutate(email.trim())}
      error={invite.error}
      invitation={invite.data}
    >
      <Text size="sm">{t('invite.text')}</Text>
      <EmailField value={email} onChange={setEmail} />
    </FormDialog>
  );
}
