import { NativeSelect, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import type { Schema } from '../types';
import {
  isNote,
  NOTE_MAX,
  REASONS,
  useDecideReport,
  useRestore,
  useTakeDown,
} from './useLinkDecisions';

type Reason = Schema<'LinkReportReason'>;

/** Words for colleagues; the owner of the link does not see them. */
function Note({ value, onChange }: { value: string; onChange: (note: string) => void }): ReactNode {
  const { t } = useTranslation('opsReports');
  return (
    <Textarea
      label={t('note')}
      description={t('note_hint')}
      required
      autosize
      minRows={2}
      maxRows={6}
      maxLength={NOTE_MAX}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

type Sent = { readonly reason: Reason; readonly note: string };

function TakeDownForm(props: {
  title: string;
  first: Reason | '';
  command: { isPending: boolean; error: unknown; mutate: (sent: Sent) => void };
  onClose: () => void;
}): ReactNode {
  const { title, first, command, onClose } = props;
  const { t } = useTranslation('opsReports');
  const [reason, setReason] = useState<Reason | ''>(first);
  const [note, setNote] = useState('');
  return (
    <ConfirmDialog
      opened
      danger
      title={t('take_down.title')}
      confirmLabel={t('take_down.action')}
      pending={command.isPending}
      disabled={reason === '' || !isNote(note)}
      error={command.error}
      onConfirm={() => reason && command.mutate({ reason, note: note.trim() })}
      onClose={onClose}
    >
      <Text size="sm" fw={560} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Text>
      <Text size="sm">{t('take_down.text')}</Text>
      <NativeSelect
        required
        label={t('take_down.reason')}
        description={t('take_down.reason_hint')}
        value={reason}
        data={[
          ...(reason === '' ? [{ value: '', label: t('take_down.choose') }] : []),
          ...REASONS.map((value) => ({ value, label: t(`reason.${value}`) })),
        ]}
        onChange={(event) => setReason(event.currentTarget.value as Reason)}
      />
      <Note value={note} onChange={setNote} />
    </ConfirmDialog>
  );
}

type OfLink = {
  readonly linkId: string;
  readonly title: string;
  readonly onClose: () => void;
};

/** Stops a link nobody has reported. */
export function TakeDownDialog({ linkId, title, onClose }: OfLink): ReactNode {
  const command = useTakeDown(linkId, onClose);
  return <TakeDownForm title={title} first="" command={command} onClose={onClose} />;
}

type OfReport = { readonly report: Schema<'LinkReport'>; readonly onClose: () => void };

/** Stops the link of a report, which answers all its open reports. */
export function TakeDownReportedDialog({ report, onClose }: OfReport): ReactNode {
  const { isPending, error, mutate } = useDecideReport(report.id, onClose);
  return (
    <TakeDownForm
      title={report.link?.title ?? report.address}
      first={report.reason}
      command={{ isPending, error, mutate: (sent) => mutate({ decision: 'take_down', ...sent }) }}
      onClose={onClose}
    />
  );
}

export function DismissDialog({ report, onClose }: OfReport): ReactNode {
  const { t } = useTranslation('opsReports');
  const [note, setNote] = useState('');
  const command = useDecideReport(report.id, onClose);
  return (
    <ConfirmDialog
      opened
      title={t('dismiss.title')}
      confirmLabel={t('dismiss.action')}
      pending={command.isPending}
      disabled={!isNote(note)}
      error={command.error}
      onConfirm={() => command.mutate({ decision: 'dismiss', note: note.trim() })}
      onClose={onClose}
    >
      <Text size="sm">{t('dismiss.text')}</Text>
      <Note value={note} onChange={setNote} />
    </ConfirmDialog>
  );
}

export function RestoreDialog({ linkId, title, onClose }: OfLink): ReactNode {
  const { t } = useTranslation('opsReports');
  const [note, setNote] = useState('');
  const command = useRestore(linkId, onClose);
  return (
    <ConfirmDialog
      opened
      title={t('restore.title')}
      confirmLabel={t('restore.action')}
      pending={command.isPending}
      disabled={!isNote(note)}
      error={command.error}
      onConfirm={() => command.mutate({ note: note.trim() })}
      onClose={onClose}
    >
      <Text size="sm" fw={560} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Text>
      <Text size="sm">{t('restore.text')}</Text>
      <Note value={note} onChange={setNote} />
    </ConfirmDialog>
  );
}
