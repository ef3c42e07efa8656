import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { showMessage } from '../../../ui/app/showMessage';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { useMay } from '../../../ui/session/session';
import type { Programme } from '../types';
import { ConfirmationChoice, type Confirmation } from './ConfirmationChoice';
import { HostsInput } from './HostsInput';
import { isPackage, openingInput, openingOf, type Opening } from './opening';
import { OpeningFields } from './OpeningFields';
import { doubledWord, mapOf, StatusWords, wordsOf } from './StatusWords';
import { useUpdateProgramme, type ProgrammePatch } from './useProgramme';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Those of the four fields that differ. */
function changedOpening(programme: Programme, opening: Opening): ProgrammePatch {
  const before = openingInput(openingOf(programme));
  const changed = Object.entries(openingInput(opening)).filter(
    ([name, value]) => !same(value, before[name as keyof typeof before]),
  );
  return Object.fromEntries(changed);
}

function useSettings(programme: Programme) {
  const [name, setName] = useState(programme.name);
  const [hosts, setHosts] = useState<readonly string[]>(programme.hosts);
  const [confirmation, setConfirmation] = useState(programme.confirmation);
  const [words, setWords] = useState(() => wordsOf(programme.status_map) as readonly Word[]);
  const [opening, setOpening] = useState(() => openingOf(programme));
  const map = mapOf(words);
  const patch: ProgrammePatch = {
    ...(name.trim() === programme.name ? {} : { name: name.trim() }),
    ...(same(hosts, programme.hosts) ? {} : { hosts: [...hosts] }),
    ...(confirmation === programme.confirmation || confirmation === 'poll' ? {} : { confirmation }),
    ...(same(map, mapOf(wordsOf(programme.status_map))) ? {} : { status_map: map }),
    ...changedOpening(programme, opening),
  };
  const complete =
    name.trim() !== '' &&
    hosts.length > 0 &&
    doubledWord(words) === null &&
    isPackage(opening.android);
  return {
    fields: { name, hosts, confirmation, words, opening },
    set: { setName, setHosts, setConfirmation, setWords, setOpening },
    patch,
    savable: complete && Object.keys(patch).length > 0,
  };
}

type Word = ReturnType<typeof wordsOf>[number];

function Fields({ settings }: { settings: ReturnType<typeof useSettings> }): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  const { name, hosts, confirmation, words, opening } = settings.fields;
  const { setName, setHosts, setConfirmation, setWords, setOpening } = settings.set;
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
      <Title order={3} size="md" mt="sm">
        {t('opening.title')}
      </Title>
      <OpeningFields value={opening} onChange={setOpening} />
    </>
  );
}

function ReadOnly({ programme }: { programme: Programme }): ReactNode {
  const { t } = useTranslation(['programmes', 'brand']);
  const answer = (yes: boolean): string => (yes ? t('yes') : t('no'));
  const lines = [
    [t('hosts.label'), programme.hosts.join(', ')],
    [t('confirmation.label'), t(`confirmation.${programme.confirmation}`, { ns: 'brand' })],
    [t('android.label'), programme.android_package ?? t('android.none')],
    [t('ios.label'), answer(programme.ios_universal)],
    [t('product_params.label'), programme.product_params.join(', ') || t('product_params.none')],
    [t('kaspi.label'), answer(programme.buyers_prefer_kaspi)],
  ] as const;
  return (
    <Stack gap="xs">
      {lines.map(([name, value]) => (
        <Text key={name} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Text span inherit c="dimmed">
            {name}:
          </Text>{' '}
          {value}
        </Text>
      ))}
    </Stack>
  );
}

/** Name, sites, how orders are confirmed, the shop's status words and apps. */
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
