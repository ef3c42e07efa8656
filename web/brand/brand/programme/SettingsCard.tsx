import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { showMessage } from '../../../ui/app/showMessage';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { useMay } from '../../../ui/session/session';
import type { Programme } from '../types';
import { ConfirmationChoice, type Confirmation } from './ConfirmationChoice';
import { HostsInput } from './HostsInput';
import { doubledWord, mapOf, StatusWords, wordsOf } from './StatusWords';
import { useUpdateProgramme, type ProgrammePatch } from './useProgramme';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function useSettings(programme: Programme) {
  const [name, setName] = useState(programme.name);
  const [hosts, setHosts] = useState<readonly string[]>(programme.hosts);
  const [confirmation, setConfirmation] = useState(programme.confirmation);
  const [words, setWords] = useState(() => wordsOf(programme.status_map) as readonly Word[]);
  const map = mapOf(words);
  const patch: ProgrammePatch = {
    ...(name.trim() === programme.name ? {} : { name: name.trim() }),
    ...(same(hosts, programme.hosts) ? {} : { hosts: [...hosts] }),
    ...(confirmation === programme.confirmation || confirmation === 'poll' ? {} : { confirmation }),
    ...(same(map, mapOf(wordsOf(programme.status_map))) ? {} : { status_map: map }),
  };
  const complete = name.trim() !== '' && hosts.length > 0 && doubledWord(words) === null;
  return {
    fields: { name, hosts, confirmation, words },
    set: { setName, setHosts, setConfirmation, setWords },
    patch,
    savable: complete && Object.keys(patch).length > 0,
  };
}

type Word = ReturnType<typeof wordsOf>[number];

function Fields({ settings }: { settings: ReturnType<typeof useSettings> }): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  const { name, hosts, confirmation, words } = settings.fields;
  const { setName, setHosts, setConfirmation, setWords } = settings.set;
  return (
    <>
      <TextInput
        label={t('name.label')}
        description={t('name.help')}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <HostsInput value={hosts} onChange={setHosts} />
      {confirmation === 'poll' ? (
        <Text size="sm">
          {t('confirmation.label')}: {t('confirmation.poll', { ns: 'brand' })}
        </Text>
      ) : (
        <ConfirmationChoice
          value={confirmation}
          onChange={(value: Confirmation) => setConfirmation(value)}
        />
      )}
      <StatusWords words={words} onChange={setWords} />
    </>
  );
}

function ReadOnly({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  return (
    <Stack gap="xs">
      <Text size="sm">
        <Text span inherit c="dimmed">
          {t('hosts.label')}:
        </Text>{' '}
        {programme.hosts.join(', ')}
      </Text>
      <Text size="sm">
        <Text span inherit c="dimmed">
          {t('confirmation.label')}:
        </Text>{' '}
        {t(`confirmation.${programme.confirmation}`, { ns: 'brand' })}
      </Text>
    </Stack>
  );
}

/** Name, sites, how orders are confirmed, the shop's status words. */
export function SettingsCard({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation(['programmes', 'ui']);
  const may = useMay('updateProgramme') && programme.state !== 'ended';
  const settings = useSettings(programme);
  const update = useUpdateProgramme(programme.id, () =>
    showMessage({ message: t('saved'), color: 'green' }),
  );
  return (
    <Card>
      <Stack>
        <Title order={2} size="h3">
          {t('settings')}
        </Title>
        {may ? <Fields settings={settings} /> : <ReadOnly programme={programme} />}
        <ProblemAlert error={update.error} />
        {may ? (
          <Group justify="flex-end">
            <Button
              disabled={!settings.savable}
              loading={update.isPending}
              onClick={() => update.mutate(settings.patch)}
            >
              {t('save')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Card>
  );
}
