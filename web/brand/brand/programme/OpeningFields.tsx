import { Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { isPackage, isParam, MOST_PARAMS, packageOf, type Opening } from './opening';

export type OpeningFieldsProps = {
  readonly value: Opening;
  readonly onChange: (value: Opening) => void;
};

function ParamsInput({ value, onChange }: OpeningFieldsProps): ReactNode {
  const { t } = useTranslation('programmes');
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <TagsInput
      label={t('product_params.label')}
      description={t('product_params.help')}
      error={wrong === null ? null : t('product_params.wrong', { name: wrong })}
      maxTags={MOST_PARAMS}
      splitChars={[',', ' ', ';', '&', '\n']}
      acceptValueOnBlur
      clearable={false}
      value={[...value.productParams]}
      onChange={(given) => {
        setWrong(given.find((one) => !isParam(one)) ?? null);
        onChange({ ...value, productParams: [...new Set(given.filter(isParam))] });
      }}
    />
  );
}

/** The shop's apps, what tells its products apart, and where its buyers are used to look. */
export function OpeningFields({ value, onChange }: OpeningFieldsProps): ReactNode {
  const { t } = useTranslation('programmes');
  return (
    <Stack>
      <TextInput
        label={t('android.label')}
        description={t('android.help')}
        placeholder={t('android.example')}
        autoComplete="off"
        spellCheck={false}
        error={isPackage(value.android) ? null : t('android.wrong')}
        value={value.android}
        onChange={(event) => onChange({ ...value, android: packageOf(event.currentTarget.value) })}
      />
      <Switch
        label={t('ios.label')}
        description={t('ios.help')}
        checked={value.ios}
        onChange={(event) => onChange({ ...value, ios: event.currentTarget.checked })}
      />
      <ParamsInput value={value} onChange={onChange} />
      <Switch
        label={t('kaspi.label')}
        description={t('kaspi.help')}
        checked={value.kaspi}
        onChange={(event) => onChange({ ...value, kaspi: event.currentTarget.checked })}
      />
    </Stack>
  );
}
