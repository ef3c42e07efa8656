import { Alert, Button, List, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconExternalLink } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { checkIban } from '../../../domain/identity/iban';
import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import type { InstrumentKind, Profile } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { rememberReturn } from './cardReturn';
import { InstrumentLine } from './InstrumentLine';
import { useProfileChange } from './useProfileChange';

/** The card number is typed at the provider's; it never comes here. */
function CardPart({ returnTo }: { returnTo: string }): ReactNode {
  const { t } = useTranslation('payee');
  const influencerId = useInfluencerId();
  const open = useMutation({
    mutationFn: () =>
      call(
        api.GET('/v1/influencers/{influencerId}/instrument/card-form', {
          params: { path: { influencerId } },
        }),
      ),
    onSuccess: ({ url }) => {
      rememberReturn(returnTo);
      window.location.assign(url);
    },
  });
  return (
    <Stack>
      <List size="sm" spacing={4} withPadding={false}>
        <List.Item>{t('card.provider')}</List.Item>
        <List.Item>{t('card.own')}</List.Item>
        <List.Item>{t('card.back')}</List.Item>
      </List>
      <ProblemAlert error={open.error} />
      <Button
        fullWidth
        loading={open.isPending || open.isSuccess}
        rightSection={<IconExternalLink size={18} aria-hidden />}
        onClick={() => open.mutate()}
      >
        {t('card.open')}
      </Button>
    </Stack>
  );
}

const groupedIban = (text: string): string =>
  text
    .replace(/\s/g, '')
    .toUpperCase()
    .slice(0, 20)
    .replace(/(.{4})(?=.)/g, '$1 ');

function IbanPart({ submitLabel, onDone }: { submitLabel: string; onDone: () => void }): ReactNode {
  const { t } = useTranslation('payee');
  const influencerId = useInfluencerId();
  const profileChanged = useProfileChange();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState(false);
  const save = useMutation({
    mutationFn: (iban: string) =>
      call(
        api.PUT('/v1/influencers/{influencerId}/instrument', {
          params: { path: { influencerId } },
          body: { kind: 'iban', iban },
        }),
      ),
    onSuccess: async () => {
      await profileChanged();
      onDone();
    },
  });
  const checked = checkIban(typed);
  const complete = typed.replace(/\s/g, '').length >= 20;
  const bank = checked.ok ? checked.value.bankName : null;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (checked.ok && !save.isPending) save.mutate(checked.value.iban);
      }}
    >
      <Stack>
        <TextInput
          label={t('iban.label')}
          description={bank ? t('iban.bank', { bank }) : t('iban.hint')}
          error={!checked.ok && (complete || asked) ? t(`iban.error.${checked.error}`) : null}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={groupedIban(typed)}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAsked(false);
          }}
        />
        <ProblemAlert error={save.error} />
        <Button type="submit" fullWidth loading={save.isPending}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}

export type InstrumentFormProps = {
  readonly profile: Profile;
  readonly submitLabel: string;
  readonly onDone: () => void;
  /** Path of this app to come back to from the provider's page. */
  readonly returnTo: string;
};

export function InstrumentForm(props: InstrumentFormProps): ReactNode {
  const { profile, submitLabel, onDone, returnTo } = props;
  const { t } = useTranslation('payee');
  const kinds = profile.instrument_kinds;
  const [kind, setKind] = useState<InstrumentKind>(
    (kinds.find(({ pays }) => pays) ?? kinds[0])?.kind ?? 'card',
  );
  const paysNow = kinds.find((one) => one.kind === kind)?.pays ?? false;
  return (
    <Stack>
      {profile.instrument ? <InstrumentLine instrument={profile.instrument} /> : null}
      {kinds.length > 1 ? (
        <SegmentedControl
          fullWidth
          size="md"
          aria-label={t('instrument.kind')}
          value={kind}
          onChange={(value) => setKind(value)}
          data={kinds.map((one) => ({ value: one.kind, label: t(`instrument.${one.kind}`) }))}
        />
      ) : null}
      {paysNow ? null : (
        <Alert role="note" color="yellow">
          {t('instrument.not_yet')}
        </Alert>
      )}
      {kind === 'card' ? (
        <CardPart returnTo={returnTo} />
      ) : (
        <IbanPart submitLabel={submitLabel} onDone={onDone} />
      )}
      <Text size="sm" c="dimmed">
        {t('instrument.own_name')}
      </Text>
    </Stack>
  );
}
