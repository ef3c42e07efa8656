import { Stack, Text, TextInput, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useMe } from '../../../ui/session/session';
import { ConfirmationChoice } from '../programme/ConfirmationChoice';
import { HostsInput } from '../programme/HostsInput';
import { OpeningFields } from '../programme/OpeningFields';
import { StatusWords } from '../programme/StatusWords';
import { bpsOf } from '../programme/terms';
import { TermsFields } from '../programme/TermsFields';
import { FirstExample, WorkedExample } from '../programme/WorkedExample';
import { useProgrammes } from '../programmes/useProgrammes';
import { isClickParam, type Draft } from './draft';

export type StepProps = {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
};

export function ShopStep({ draft, onChange }: StepProps): ReactNode {
  const { t } = useTranslation('programmes');
  return (
    <Stack>
      <TextInput
        label={t('name.label')}
        description={t('name.help')}
        maxLength={120}
        data-autofocus
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <HostsInput value={draft.hosts} onChange={(hosts) => onChange({ hosts })} />
      <TextInput
        label={t('click_param.label')}
        description={t('click_param.help')}
        maxLength={32}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        maw={320}
        error={isClickParam(draft.clickParam) ? null : t('click_param.wrong')}
        value={draft.clickParam}
        onChange={(event) => onChange({ clickParam: event.currentTarget.value.trim() })}
      />
      <div>
        <Title order={3} size="md">
          {t('opening.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('opening.text')}
        </Text>
      </div>
      <OpeningFields value={draft.opening} onChange={(opening) => onChange({ opening })} />
    </Stack>
  );
}

export function ConfirmationStep({ draft, onChange }: StepProps): ReactNode {
  return (
    <Stack gap="lg">
      <ConfirmationChoice
        value={draft.confirmation}
        onChange={(confirmation) => onChange({ confirmation })}
      />
      <StatusWords words={draft.words} onChange={(words) => onChange({ words })} />
    </Stack>
  );
}

export function TermsStep({ draft, onChange }: StepProps): ReactNode {
  const { tenant } = useMe();
  const programmes = useProgrammes().data;
  const bps = bpsOf(draft.terms.percent);
  const known = programmes?.[0];
  return (
    <Stack>
      <TermsFields value={draft.terms} onChange={(terms) => onChange({ terms })} />
      {bps !== null && known ? <WorkedExample programmeId={known.id} commissionBps={bps} /> : null}
      {bps !== null && programmes?.length === 0 ? (
        <FirstExample brandId={tenant.id} commissionBps={bps} />
      ) : null}
    </Stack>
  );
}
