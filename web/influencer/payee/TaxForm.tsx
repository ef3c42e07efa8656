import { Alert, Button, Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { Money } from '../../ui/components/Money';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { formatDate } from '../../ui/format/dates';
import { taxOptionsRead } from '../data/reads';
import type { Regime, TaxOption, TaxOptions, TaxStatus } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Loaded } from '../loading/Loaded';
import { TaxOptionCard } from './TaxOptionCard';
import { useProfileChange } from './useProfileChange';

type Choice = {
  readonly regime: Regime;
  readonly deduction: boolean;
  readonly registration: string;
  readonly declared: boolean;
};

function useSaveTaxStatus(onDone: () => void) {
  const influencerId = useInfluencerId();
  const profileChanged = useProfileChange();
  return useMutation({
    mutationFn: ({ option, choice }: { option: TaxOption; choice: Choice }) =>
      call(
        api.PUT('/v1/influencers/{influencerId}/tax-status', {
          params: { path: { influencerId } },
          body: {
            regime: choice.regime,
            declared: true,
            ...(option.with_deduction ? { deduction_applies: choice.deduction } : {}),
            ...(option.proof === 'registration' && choice.registration.trim()
              ? { registration_number: choice.registration.trim() }
              : {}),
          },
        }),
      ),
    onSuccess: async () => {
      await profileChanged();
      onDone();
    },
  });
}

type DetailsProps = {
  readonly option: TaxOption;
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
};

/** What else the chosen status needs. */
function ChoiceDetails({ option, choice, onChange }: DetailsProps): ReactNode {
  const { t } = useTranslation('payee');
  return (
    <Stack>
      {option.with_deduction ? (
        <Checkbox
          checked={choice.deduction}
          label={t('tax.deduction')}
          description={
            <Trans
              t={t}
              i18nKey="tax.deduction_text"
              components={{ net: <Money tenge={option.with_deduction.net} fw={600} /> }}
            />
          }
          onChange={(event) => onChange({ ...choice, deduction: event.currentTarget.checked })}
        />
      ) : null}
      {option.proof === 'registration' ? (
        <TextInput
          label={t('tax.registration')}
          description={t('tax.registration_text')}
          maxLength={60}
          value={choice.registration}
          onChange={(event) => onChange({ ...choice, registration: event.currentTarget.value })}
        />
      ) : null}
    </Stack>
  );
}

function Split({ options }: { options: TaxOptions }): ReactNode {
  const { t } = useTranslation('payee');
  return (
    <Alert role="note" color="tide" variant="light">
      <Trans
        t={t}
        i18nKey="tax.split"
        components={{
          commission: <Money tenge={options.commission} />,
          fee: <Money tenge={options.platform_fee} />,
          rest: <Money tenge={options.after_fee} fw={600} />,
        }}
      />
    </Alert>
  );
}

const chosen = (regime: Regime, deduction = false): Choice => ({
  regime,
  deduction,
  registration: '',
  declared: false,
});

type OptionsProps = {
  readonly options: TaxOptions;
  readonly choice: Choice | null;
  readonly missing: boolean;
  readonly onChange: (choice: Choice) => void;
};

function Options({ options, choice, missing, onChange }: OptionsProps): ReactNode {
  const { t } = useTranslation('payee');
  return (
    <Radio.Group
      aria-label={t('tax.choose')}
      value={choice?.regime ?? ''}
      error={missing ? t('tax.choose') : null}
      onChange={(regime) => onChange(chosen(regime as Regime))}
    >
      <Stack gap="sm">
        {options.options.map((one) => (
          <TaxOptionCard key={one.regime} option={one} chosen={one.regime === choice?.regime}>
            {choice ? <ChoiceDetails option={one} choice={choice} onChange={onChange} /> : null}
          </TaxOptionCard>
        ))}
      </Stack>
    </Radio.Group>
  );
}

type TaxChoiceProps = TaxFormProps & { readonly options: TaxOptions };

function TaxChoice({ options, current, submitLabel, onDone }: TaxChoiceProps): ReactNode {
  const { t } = useTranslation('payee');
  const [choice, setChoice] = useState<Choice | null>(
    current ? chosen(current.regime, current.deduction_applies) : null,
  );
  const [asked, setAsked] = useState(false);
  const save = useSaveTaxStatus(onDone);
  const option = options.options.find(
    (one) => one.unavailable === null && one.regime === choice?.regime,
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (option && choice?.declared && !save.isPending) save.mutate({ option, choice });
      }}
    >
      <Stack>
        <Split options={options} />
        <Options
          options={options}
          choice={choice}
          missing={asked && !option}
          onChange={(next) => {
            setChoice(next);
            setAsked(false);
          }}
        />
        {option && choice ? (
          <Checkbox
            checked={choice.declared}
            label={t('tax.declare')}
            error={asked && !choice.declared ? t('tax.declare_missing') : null}
            onChange={(event) => setChoice({ ...choice, declared: event.currentTarget.checked })}
          />
        ) : null}
        <ProblemAlert error={save.error} />
        <Button type="submit" fullWidth loading={save.isPending}>
          {submitLabel}
        </Button>
        <Text size="xs" c="dimmed">
          {t('tax.law', {
            date: formatDate(`${options.date}T12:00:00+05:00`),
            version: options.parameter_set_version,
          })}
        </Text>
      </Stack>
    </form>
  );
}

export type TaxFormProps = {
  readonly current: TaxStatus | null;
  readonly submitLabel: string;
  readonly onDone: () => void;
};

/** The statuses one may choose, each with what stays of 1 000 tenge, and the declaration. */
export function TaxForm(props: TaxFormProps): ReactNode {
  const options = useQuery(taxOptionsRead(useInfluencerId()));
  return (
    <Loaded query={options} skeleton={<ListSkeleton rows={3} height={120} />}>
      {(data) => <TaxChoice {...props} options={data} />}
    </Loaded>
  );
}
