import {
  Alert,
  Button,
  Group,
  Modal,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { plain } from '../../../../domain/plain';
import { PhoneInput } from '../../../ui/components/PhoneInput';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { fullPhone } from '../../../ui/format/phone';
import type { Schema } from '../types';
import { usePrivateSearch } from './usePeople';

const IIN_DIGITS = 12;

type By = 'phone' | 'iin';

function searchOf(by: By, phone: string, iin: string): Schema<'PersonSearch'> | null {
  if (by === 'iin') return iin.length === IIN_DIGITS ? { iin } : null;
  const full = fullPhone(phone);
  return full === null ? null : { phone: full };
}

function SearchForm({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ui']);
  const navigate = useNavigate();
  const [by, setBy] = useState<By>('phone');
  const [phone, setPhone] = useState('');
  const [iin, setIin] = useState('');
  const search = usePrivateSearch(({ items: [person] }) => {
    if (!person) return;
    onClose();
    void navigate(`/ops/people/${person.id}`);
  });
  const asked = searchOf(by, phone, iin);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (asked) search.mutate(asked);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('private.text')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={t('private.by')}
          value={by}
          onChange={(value) => {
            setBy(value === 'iin' ? 'iin' : 'phone');
            search.reset();
          }}
          data={[
            { value: 'phone', label: t('private.phone') },
            { value: 'iin', label: t('private.iin') },
          ]}
        />
        {by === 'phone' ? (
          <PhoneInput
            label={t('private.phone')}
            autoComplete="off"
            value={phone}
            onChange={setPhone}
          />
        ) : (
          <TextInput
            label={t('private.iin')}
            inputMode="numeric"
            autoComplete="off"
            value={iin}
            onChange={(event) =>
              setIin(plain(event.currentTarget.value).replace(/\D/g, '').slice(0, IIN_DIGITS))
            }
          />
        )}
        {search.data?.items.length === 0 ? (
          <Alert color="gray" role="status" title={t('private.nobody')} />
        ) : null}
        <ProblemAlert error={search.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel', { ns: 'ui' })}
          </Button>
          <Button type="submit" disabled={!asked} loading={search.isPending}>
            {t('private.find')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** By phone or IIN: in a body, so that neither comes into an address, its history or a log. */
export function PrivateSearch({
  opened,
  onClose,
}: {
  opened: boolean;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ui']);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('private.title')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      <SearchForm onClose={onClose} />
    </Modal>
  );
}
