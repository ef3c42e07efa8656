import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation, useNavigate, useParams } from 'react-router';

import { BrandMark } from '../../ui/components/BrandMark';
import { EmptyState } from '../../ui/components/EmptyState';
import { LanguageMenu } from '../../ui/components/LanguageMenu';
import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { useSaveLanguage } from '../../ui/session/AccountCard';
import { profileRead } from '../data/reads';
import type { Profile, ReadinessStep } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Loaded } from '../loading/Loaded';
import { IinForm } from '../payee/IinForm';
import { InstrumentForm } from '../payee/InstrumentForm';
import { NameForm } from '../payee/NameForm';
import { TaxForm } from '../payee/TaxForm';
import { firstUndone, STEP_PATHS, stepAfter, stepOfPath, STEPS } from './steps';
import classes from './Start.module.css';

type StepProps = { readonly profile: Profile; readonly onDone: () => void };

function StepForm({ step, profile, onDone }: StepProps & { step: ReadinessStep }): ReactNode {
  const { t } = useTranslation('start');
  const submitLabel = t('next');
  if (step === 'name')
    return <NameForm initial={profile.name} submitLabel={submitLabel} onDone={onDone} />;
  if (step === 'iin')
    return <IinForm stored={profile.iin} submitLabel={submitLabel} onDone={onDone} />;
  if (step === 'tax_status')
    return <TaxForm current={profile.tax_status} submitLabel={submitLabel} onDone={onDone} />;
  return (
    <InstrumentForm
      profile={profile}
      submitLabel={submitLabel}
      onDone={onDone}
      returnTo={STEP_PATHS.instrument}
    />
  );
}

function AllDone({ ready }: { ready: boolean }): ReactNode {
  const { t } = useTranslation('start');
  return (
    <EmptyState
      icon={IconCircleCheck}
      order={1}
      title={ready ? t('done.ready') : t('done.waits')}
      text={t('done.text')}
      action={
        <Button component={Link} to="/links/new" replace>
          {t('done.link')}
        </Button>
      }
    />
  );
}

/** One step: what is asked and why, the form, and a way round it for now. */
function Step({ step, profile }: { step: ReadinessStep; profile: Profile }): ReactNode {
  const { t } = useTranslation('start');
  const navigate = useNavigate();
  const next = stepAfter(step);
  const goOn = (): void => {
    void navigate(next ? STEP_PATHS[next] : '/start/done', { replace: false });
  };
  return (
    <>
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('step_of', { step: STEPS.indexOf(step) + 1, steps: STEPS.length })}
        </Text>
        <Progress
          value={((STEPS.indexOf(step) + 1) / STEPS.length) * 100}
          size="sm"
          aria-label={t('progress')}
        />
      </Stack>
      <div>
        <PageHeader title={t(`${step}.title`)} text={t(`${step}.text`)} />
        <StepForm key={step} step={step} profile={profile} onDone={goOn} />
        {step === 'name' ? null : (
          <Button fullWidth variant="subtle" color="gray" mt="xs" onClick={goOn}>
            {t('later')}
          </Button>
        )}
      </div>
    </>
  );
}

function StartBody({ profile }: { profile: Profile }): ReactNode {
  const last = useParams()['step'];
  const { state } = useLocation() as { state: { cardSaved?: boolean } | null };
  const step = stepOfPath(last);
  const undone = firstUndone(profile.readiness);
  if (last === 'done' || (step === 'instrument' && state?.cardSaved))
    return <AllDone ready={profile.readiness.ready} />;
  if (step) return <Step step={step} profile={profile} />;
  return <Navigate to={undone ? STEP_PATHS[undone] : '/'} replace />;
}

/** Sign-up after the code. Each step is saved at once and has an address, so it can be left and resumed anywhere. */
export default function Start(): ReactNode {
  const saveLanguage = useSaveLanguage();
  const profile = useQuery(profileRead(useInfluencerId()));
  return (
    <main className={classes.page}>
      <Stack gap="lg" className={classes.column ?? ''}>
        <Group justify="space-between">
          <BrandMark />
          <LanguageMenu onChoose={saveLanguage} />
        </Group>
        <Loaded query={profile} skeleton={<ListSkeleton rows={3} height={96} />}>
          {(data) => <StartBody profile={data} />}
        </Loaded>
      </Stack>
    </main>
  );
}
