import { TagsInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { hostOf } from './hosts';

const MOST_HOSTS = 20;

export type HostsInputProps = {
  readonly value: readonly string[];
  readonly onChange: (hosts: string[]) => void;
};

/** Sites links may lead to; whole addresses are taken too and cut to their host. */
export function HostsInput({ value, onChange }: HostsInputProps): ReactNode {
  const { t } = useTranslation('programmes');
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <TagsInput
      label={t('hosts.label')}
      description={t('hosts.help')}
      placeholder={value.length === 0 ? t('hosts.example') : ''}
      error={wrong === null ? null : t('hosts.wrong', { host: wrong })}
      maxTags={MOST_HOSTS}
      splitChars={[',', ' ', ';', '\n']}
      acceptValueOnBlur
      clearable={false}
      value={[...value]}
      onChange={(given) => {
        const read = given.map((one) => ({ one, host: hostOf(one) }));
        setWrong(read.find(({ host }) => host === null)?.one ?? null);
        onChange([...new Set(read.flatMap(({ host }) => (host === null ? [] : [host])))]);
      }}
    />
  );
}
