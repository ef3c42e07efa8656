import { Alert, Button, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCircleCheck, IconLock } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { checkIin } from '../../../domain/identity/iin';
import { plain } from '../../../domain/plain';
import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { almatyDay } from '../../ui/format/dates';
import { useInfluencerId } from '../data/useInfluencerId';
import { useProfileChange } from './useProfileChange';

/** `901010 300 123`, the way it stands on the card. */
const grouped = (digits: string): string =>
  digits.replace(/^(\d{6})(\d{1,3})?(\d{1,3})?$/, (_, a, b, c) =>
    [a, b, c].filter(Boolean).join(' '),
  );

const readDigits = (typed: string): string => plain(typed).replace(/\D/g, '').slice(0, 12);

export type IinFormProps = {
  /** Masked, when it was given before: only our people can change it then. */
  readonly stored: string | null;
  readonly submitLabel: string;
  readonly onDone: () => void;
};

function StoredIin({ stored, submitLabel, onDone }: IinFormProps): ReactNode {
  const { t } = useTranslation('payee');
  return (
    <Stack>
      <TextInput
        label={t('iin.label')}
        value={stored ?? ''}
        readOnly
        description={t('iin.given')}
      />
      <Button fullWidth onClick={onDone}>
        {submitLabel}
      </Button>
    </Stack>
  );
}

export function IinForm(props: IinFormProps): ReactNode {
  const { t } = useTranslation('payee');
  const influencerId = useInfluencerId();
  const profileChanged = useProfileChange();
  const [digits, setDigits] = useState('');
  const [asked, setAsked] = useState(false);
  const save = useMutation({
    mutationFn: (iin: string) =>
      call(
        api.POST('/v1/influencers/{influencerId}/iin', {
          params: { path: { influencerId } },
          body: { iin },
        }),
      ),
    onSuccess: async () => {
      await profileChanged();
      props.onDone();
    },
  });
  if (props.stored) return <StoredIin {...props} />;
  const checked = checkIin(digits, { today: almatyDay(new Date()) });
  const complete = digits.length === 12;
  const refusal = !checked.ok && (complete || asked) ? t(`iin.error.${checked.error}`) : null;
  const young = checked.ok && checked.value.findings.includes('under_18');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (checked.ok && !save.isPending) save.mutate(digits);
      }}
    >
      <Stack>
        <TextInput
          label={t('iin.label')}
          inputMode="numeric"
          autoComplete="off"
          autoFocus
          value={grouped(digits)}
          error={refusal}
          rightSection={
            checked.ok ? (
              <Text c="green" lh={0} span>
                <IconCircleCheck size={22} aria-hidden />
              </Text>
            ) : null
          }
          onChange={(event) => {
            setDigits(readDigits(event.currentTarget.value));
            setAsked(false);
          }}
        />
        <VisuallyHidden role="status">{checked.ok ? t('iin.right') : ''}</VisuallyHidden>
        {young ? (
          <Alert role="note" color="yellow">
            {t('iin.young')}
          </Alert>
        ) : null}
        <Text size="sm" c="dimmed">
          <IconLock size={16} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('iin.why')}
        </Text>
        <ProblemAlert error={save.error} />
        <Button type="submit" fullWidth loading={save.isPending}>
          {props.submitLabel}
        </Button>
      </Stack>
    </form>
  );
}
