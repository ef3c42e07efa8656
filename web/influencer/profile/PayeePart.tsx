import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate, useParams } from 'react-router';

import { PageHeader } from '../../ui/components/PageHeader';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { profileRead } from '../data/reads';
import type { Profile } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Loaded } from '../loading/Loaded';
import { IinForm } from '../payee/IinForm';
import { InstrumentForm } from '../payee/InstrumentForm';
import { TaxForm } from '../payee/TaxForm';

const PARTS = ['iin', 'tax', 'instrument'] as const;
type Part = (typeof PARTS)[number];

function PartForm({ part, profile }: { part: Part; profile: Profile }): ReactNode {
  const { t } = useTranslation('profile');
  const language = useLanguage();
  const navigate = useNavigate();
  const onDone = (): void => void navigate('/profile');
  const submitLabel = t('save');
  if (part === 'iin')
    return <IinForm stored={profile.iin} submitLabel={submitLabel} onDone={onDone} />;
  if (part === 'instrument') {
    const returnTo = '/profile/instrument';
    return <InstrumentForm {...{ profile, submitLabel, onDone, returnTo }} />;
  }
  const missing = profile.tax_status?.missing;
  return (
    <>
      {missing ? (
        <Alert role="note" color="yellow" mb="md">
          {missing[language]}
        </Alert>
      ) : null}
      <TaxForm current={profile.tax_status} submitLabel={submitLabel} onDone={onDone} />
    </>
  );
}

/** `/profile/iin`, `/profile/tax`, `/profile/instrument`: the forms of sign-up, outside it. */
export default function PayeePart(): ReactNode {
  const { t } = useTranslation('profile');
  const last = useParams()['part'];
  const { state } = useLocation() as { state: { cardSaved?: boolean } | null };
  const query = useQuery(profileRead(useInfluencerId()));
  const part = PARTS.find((one) => one === last);
  if (!part) return <Navigate to="/profile" replace />;
  return (
    <>
      <PageHeader
        above={<BackLink to="/profile">{t('title')}</BackLink>}
        title={t(`payee.${part}_title`)}
      />
      {state?.cardSaved ? (
        <Alert color="green" mb="md" role="status">
          {t('payee.card_saved')}
        </Alert>
      ) : null}
      <Loaded query={query} skeleton={<ListSkeleton rows={3} height={96} />}>
        {(profile) => <PartForm part={part} profile={profile} />}
      </Loaded>
    </>
  );
}
