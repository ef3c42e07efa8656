import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { useMay } from '../../../ui/session/session';
import { ProgrammeBadge } from '../states';
import type { Programme } from '../types';
import { useUpdateProgramme } from './useProgramme';

const STEPS = {
  pause: { to: 'paused', from: ['active'] },
  resume: { to: 'active', from: ['paused'] },
  end: { to: 'ended', from: ['active', 'paused'] },
} as const;
type Step = keyof typeof STEPS;

const possible = (state: Programme['state']): Step[] =>
  (Object.keys(STEPS) as Step[]).filter((step) =>
    (STEPS[step].from as readonly string[]).includes(state),
  );

function StepDialog(props: { programme: Programme; step: Step; onClose: () => void }): ReactNode {
  const { t } = useTranslation('programmes');
  const { programme, step, onClose } = props;
  const [typed, setTyped] = useState('');
  const update = useUpdateProgramme(programme.id, onClose);
  const ends = step === 'end';
  return (
    <ConfirmDialog
      opened
      danger={ends}
      title={t(`step.${step}.title`)}
      confirmLabel={t(`step.${step}.confirm`)}
      pending={update.isPending}
      disabled={ends && typed.trim() !== programme.name.trim()}
      error={update.error}
      onClose={onClose}
      onConfirm={() => update.mutate({ state: STEPS[step].to })}
    >
      <Text size="sm">{t(`step.${step}.text`)}</Text>
      {ends ? (
        <TextInput
          label={t('step.end.type_name', { name: programme.name })}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      ) : null}
    </ConfirmDialog>
  );
}

/** Whether the programme runs, and what pausing or ending it means, in words before the tap. */
export function StateCard({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation('programmes');
  const may = useMay('updateProgramme');
  const [step, setStep] = useState<Step | null>(null);
  return (
    <Card>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h3">
            {t('state_title')}
          </Title>
          <ProgrammeBadge state={programme.state} />
        </Group>
        <Text size="sm" c="dimmed">
          {t(`state_text.${programme.state}`)}
        </Text>
        {may ? (
          <Group gap="xs">
            {possible(programme.state).map((one) => (
              <Button
                key={one}
                variant={one === 'resume' ? 'filled' : 'default'}
                onClick={() => setStep(one)}
              >
                {t(`step.${one}.action`)}
              </Button>
            ))}
          </Group>
        ) : null}
      </Stack>
      {step ? <StepDialog programme={programme} step={step} onClose={() => setStep(null)} /> : null}
    </Card>
  );
}
