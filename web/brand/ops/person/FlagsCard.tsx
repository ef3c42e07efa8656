import { ActionIcon, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconFlag, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { ReasonText } from '../../../ui/components/ReasonText';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import { useMay } from '../../../ui/session/session';
import { isReason, ReasonField } from '../parts/ReasonField';
import { SectionCard } from '../parts/SectionCard';
import { useActorName } from '../parts/useActorName';
import { useFlagTexts } from '../parts/useFlagTexts';
import type { Schema } from '../types';
import { useAddFlag, useRemoveFlag } from './usePerson';

type Flag = Schema<'ReviewFlag'>;
type Asked = 'add' | Flag | null;

function AddDialog({
  influencerId,
  onClose,
}: {
  influencerId: string;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation('opsPeople');
  const language = useLanguage();
  const texts = [...useFlagTexts()];
  const [chosen, setChosen] = useState('');
  const [note, setNote] = useState('');
  const add = useAddFlag(influencerId, onClose);
  const code = texts.find(([one]) => one === chosen)?.[0];
  const typed = note.trim();
  return (
    <ConfirmDialog
      opened
      title={t('flags.add_title')}
      confirmLabel={t('flags.add')}
      pending={add.isPending}
      disabled={code === undefined || (typed !== '' && !isReason(note))}
      error={add.error}
      onConfirm={() => code && add.mutate({ code, note: typed || null })}
      onClose={onClose}
    >
      <NativeSelect
        label={t('flags.kind')}
        required
        value={chosen}
        data={[
          { value: '', label: t('flags.choose') },
          ...texts.map(([value, text]) => ({ value, label: text[language] })),
        ]}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <ReasonField optional label={t('flags.note')} value={note} onChange={setNote} />
    </ConfirmDialog>
  );
}

function RemoveDialog(props: { influencerId: string; flag: Flag; onClose: () => void }): ReactNode {
  const { influencerId, flag, onClose } = props;
  const { t } = useTranslation('opsPeople');
  const language = useLanguage();
  const remove = useRemoveFlag(influencerId, onClose);
  return (
    <ConfirmDialog
      opened
      title={t('flags.remove_title')}
      confirmLabel={t('flags.remove')}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(flag.code)}
      onClose={onClose}
    >
      <Text size="sm">{t('flags.remove_text', { flag: flag.text[language] })}</Text>
    </ConfirmDialog>
  );
}

function FlagRow({ flag, onRemove }: { flag: Flag; onRemove: (() => void) | null }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const language = useLanguage();
  const actorName = useActorName();
  return (
    <Group wrap="nowrap" align="flex-start" gap="sm">
      <IconFlag size={18} aria-hidden color="var(--mantine-color-red-text)" />
      <Stack gap={2} flex={1} miw={0}>
        <ReasonText reason={flag.text} size="sm" fw={560} />
        {flag.note ? <Text size="sm">{flag.note}</Text> : null}
        <Text size="xs" c="dimmed">
          {actorName(flag.raised_by)} · <DateTime at={flag.raised_at} />
        </Text>
      </Stack>
      {onRemove ? (
        <ActionIcon
          color="gray"
          size={44}
          mt={-10}
          aria-label={t('flags.remove_which', { flag: flag.text[language] })}
          onClick={onRemove}
        >
          <IconX size={18} />
        </ActionIcon>
      ) : null}
    </Group>
  );
}

/** Marks that tell colleagues to look twice; they move no money by themselves. */
export function FlagsCard({ person }: { person: Schema<'Person'> }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const mayAdd = useMay('addReviewFlag');
  const mayRemove = useMay('removeReviewFlag');
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  return (
    <SectionCard
      title={t('flags.title')}
      action={
        mayAdd ? (
          <Button variant="subtle" onClick={() => setAsked('add')}>
            {t('flags.open')}
          </Button>
        ) : null
      }
    >
      {person.flags.length === 0 ? <Text c="dimmed">{t('flags.none')}</Text> : null}
      {person.flags.map((flag) => (
        <FlagRow key={flag.code} flag={flag} onRemove={mayRemove ? () => setAsked(flag) : null} />
      ))}
      {asked === 'add' ? <AddDialog influencerId={person.id} onClose={close} /> : null}
      {asked !== null && asked !== 'add' ? (
        <RemoveDialog influencerId={person.id} flag={asked} onClose={close} />
      ) : null}
    </SectionCard>
  );
}
