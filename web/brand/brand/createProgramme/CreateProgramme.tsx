import { Alert, Button, Card, Group, Stack, Stepper, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { useMay } from '../../../ui/session/session';
import { BackLink } from '../BackLink';
import { SecretsCard } from '../integration/SecretsCard';
import type { Programme } from '../types';
import { EMPTY_DRAFT, inputOf, isComplete, type Draft } from './draft';
import { ConfirmationStep, ShopStep, TermsStep } from './steps';
import { useCreateProgramme } from './useCreateProgramme';

const STEPS = [
  { name: 'shop', Step: ShopStep },
  { name: 'confirmation', Step: ConfirmationStep },
  { name: 'terms', Step: TermsStep },
] as const;

/** The programme is there; a shop needs a secret before it can tell us of orders. */
function Created({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation('programmes');
  const maySecrets = useMay('listProgrammeSecrets');
  return (
    <Stack>
      <Alert color="green" icon={<IconCheck aria-hidden />} title={t('created.title')}>
        {t('created.text')}
      </Alert>
      {maySecrets ? <SecretsCard programmeId={programme.id} /> : null}
      <Group gap="xs">
        <Button component={Link} to={`/brand/integration?programme=${programme.id}`}>
          {t('created.integration')}
        </Button>
        <Button variant="default" component={Link} to={`/brand/programmes/${programme.id}`}>
          {t('created.open')}
        </Button>
      </Group>
    </Stack>
  );
}

function Progress({ active, onGo }: { active: number; onGo: (step: number) => void }): ReactNode {
  const { t } = useTranslation('programmes');
  const phone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  if (phone) {
    return (
      <Text size="sm" c="dimmed" mb="sm">
        {t('progress', { step: Math.min(active + 1, 4), of: 4 })}
      </Text>
    );
  }
  return (
    <Stepper active={active} onStepClick={onGo} size="sm" mb="lg" allowNextStepsSelect={false}>
      {[...STEPS.map(({ name }) => name), 'integration' as const].map((name) => (
        <Stepper.Step key={name} label={t(`create_step.${name}`)} allowStepSelect={active < 3} />
      ))}
    </Stepper>
  );
}

type EditProps = {
  readonly step: number;
  readonly onStep: (step: number) => void;
  readonly creation: ReturnType<typeof useCreateProgramme>;
};

function Edit({ step, onStep, creation }: EditProps): ReactNode {
  const { t } = useTranslation('programmes');
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const current = STEPS[step] ?? STEPS[0];
  const last = step === STEPS.length - 1;
  const input = inputOf(draft);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!last && isComplete(draft, step)) onStep(step + 1);
        else if (last && input) creation.submit(input);
      }}
    >
      <Card padding="lg">
        <Stack>
          <Title order={2} size="h3">
            {t(`create_step.${current.name}`)}
          </Title>
          <current.Step
            draft={draft}
            onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
          />
          <ProblemAlert error={creation.error} />
          <Group justify="space-between">
            {step > 0 ? (
              <Button variant="default" onClick={() => onStep(step - 1)}>
                {t('back')}
              </Button>
            ) : (
              <span />
            )}
            <Button
              type="submit"
              loading={creation.pending}
              disabled={!isComplete(draft, step) || (last && input === null)}
            >
              {last ? t('create') : t('next')}
            </Button>
          </Group>
        </Stack>
      </Card>
    </form>
  );
}

/** Shop and sites → how orders are confirmed → terms → what the shop needs. */
export default function CreateProgramme(): ReactNode {
  const { t } = useTranslation('programmes');
  const [step, setStep] = useState(0);
  const creation = useCreateProgramme();
  const { answer } = creation;
  return (
    <>
      <PageHeader
        above={<BackLink to="/brand/programmes" label={t('title')} />}
        title={answer ? answer.name : t('create_title')}
      />
      <div style={{ maxWidth: '46rem' }}>
        <Progress active={answer ? STEPS.length : step} onGo={setStep} />
        {answer ? (
          <Created programme={answer} />
        ) : (
          <Edit step={step} onStep={setStep} creation={creation} />
        )}
      </div>
    </>
  );
}
