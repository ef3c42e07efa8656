import { NumberInput, Radio, SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { bpsOf, type HoldFrom, type TermsForm } from './terms';

export type TermsFieldsProps = {
  readonly value: TermsForm;
  readonly onChange: (value: TermsForm) => void;
};

const HOLD_FROM = ['order', 'delivery'] as const satisfies readonly HoldFrom[];

/** From when the return period runs: a parcel that travels for two weeks must not use it up. */
function HoldFromChoice({ value, onChange }: TermsFieldsProps): ReactNode {
  const { t } = useTranslation('programmes');
  return (
    <Radio.Group
      label={t('terms.hold_from.label')}
      value={value.holdFrom}
      onChange={(holdFrom) => onChange({ ...value, holdFrom })}
    >
      <Stack gap="sm" mt="xs">
        {HOLD_FROM.map((from) => (
          <Radio
            key={from}
            value={from}
            label={t(`terms.hold_from.${from}`)}
            description={t(`terms.hold_from.${from}_text`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** Commission, return period and how long a click counts, each with what it means for the brand. */
export function TermsFields(props: TermsFieldsProps): ReactNode {
  return (
    <Stack>
      <TermsNumbers {...props} />
      <HoldFromChoice {...props} />
    </Stack>
  );
}

function TermsNumbers({ value, onChange }: TermsFieldsProps): ReactNode {
  const { t } = useTranslation('programmes');
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md" style={{ alignItems: 'end' }}>
      <NumberInput
        label={t('terms.commission')}
        description={t('terms.commission_help')}
        min={0.01}
        max={100}
        decimalScale={2}
        decimalSeparator=","
        suffix=" %"
        allowNegative={false}
        hideControls
        error={bpsOf(value.percent) === null ? t('terms.commission_wrong') : null}
        value={value.percent}
        onChange={(percent) => onChange({ ...value, percent })}
      />
      <NumberInput
        label={t('terms.hold')}
        description={t('terms.hold_help')}
        min={0}
        max={180}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="strict"
        hideControls
        value={value.holdDays}
        onChange={(holdDays) => onChange({ ...value, holdDays })}
      />
      <NumberInput
        label={t('terms.window')}
        description={t('terms.window_help')}
        min={1}
        max={180}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="strict"
        hideControls
        value={value.windowDays}
        onChange={(windowDays) => onChange({ ...value, windowDays })}
      />
    </SimpleGrid>
  );
}
