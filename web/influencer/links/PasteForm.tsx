import { Button, Card, Group, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconClipboard } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../../ui/api/problem';
import { ProblemAlert, useProblemText } from '../../ui/components/ProblemAlert';
import classes from './PasteForm.module.css';
import { extrasFit, extrasInput, NO_EXTRAS, type Extras } from './extras';
import { useCreateLink } from './useCreateLink';

/** Reading the clipboard needs a secure page and the person's leave; where it is impossible there is no button. */
const canPaste = typeof navigator.clipboard?.readText === 'function';

/** Rules and fields that most links are made without. */
const ExtraFields = lazy(() => import('./ExtraFields'));

/** Refusals that belong to a field of theirs; any other 422 is about the address. */
const OF_EXTRAS = /^(slug|expiry|sub_id)_/;

function PasteButton({ onText }: { onText: (text: string) => void }): ReactNode {
  const { t } = useTranslation('links');
  const [refused, setRefused] = useState(false);
  const paste = async (): Promise<void> => {
    try {
      onText(await navigator.clipboard.readText());
    } catch {
      // The person said no, or the browser did: typing and the phone's own paste still work.
      setRefused(true);
    }
  };
  if (!canPaste || refused) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconClipboard size={20} aria-hidden />}
      onClick={() => void paste()}
    >
      {t('make.paste')}
    </Button>
  );
}

type ExtrasPartProps = {
  readonly extras: Extras;
  readonly onChange: (extras: Extras) => void;
  readonly error: unknown;
};

/** Own name, end and marks: opened by hand, so it is open whenever one of them can be refused. */
function ExtrasPart(props: ExtrasPartProps): ReactNode {
  const { t } = useTranslation('links');
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={opened} mih={44} c="dimmed" fz="sm">
        <Group gap={4}>
          {t('make.extras')}
          <IconChevronDown size={16} aria-hidden />
        </Group>
      </UnstyledButton>
      {opened ? (
        <Suspense>
          <ExtraFields {...props} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** Where a refusal is said: under the address, at a field of the extras, or by itself. */
function placeOf(error: unknown): 'address' | 'extras' | 'itself' {
  if (!(error instanceof ApiProblem)) return 'itself';
  if (OF_EXTRAS.test(error.code)) return 'extras';
  return error.status === 422 ? 'address' : 'itself';
}

type AddressFieldProps = {
  readonly value: string;
  readonly wrong: string | null;
  readonly onChange: (address: string) => void;
};

function AddressField({ value, wrong, onChange }: AddressFieldProps): ReactNode {
  const { t } = useTranslation('links');
  return (
    <TextInput
      label={t('make.address')}
      placeholder={t('make.address_example')}
      type="text"
      inputMode="url"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      // The hint and the refusal share a place of one height: the amounts below must not move.
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      description={wrong ? null : t('make.text')}
      error={wrong}
      errorProps={{ role: 'alert' }}
      classNames={{ description: classes.said ?? '', error: classes.said ?? '' }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** One paste makes a link: the address goes off by itself when it came from the clipboard. */
export function PasteForm(): ReactNode {
  const { t } = useTranslation('links');
  const problemText = useProblemText();
  const create = useCreateLink();
  const [address, setAddress] = useState('');
  const [extras, setExtras] = useState<Extras>(NO_EXTRAS);
  const [empty, setEmpty] = useState(false);
  const place = create.error ? placeOf(create.error) : null;
  const wrong = empty
    ? t('make.address_empty')
    : place === 'address'
      ? problemText(create.error)
      : null;
  const make = (url: string): void => {
    const given = url.trim();
    setAddress(url);
    setEmpty(given === '');
    if (given === '' || !extrasFit(extras) || create.isPending) return;
    create.mutate({ url: given.slice(0, 4096), ...extrasInput(extras) });
  };
  const forgetRefusal = (): void => {
    if (create.error) create.reset();
  };
  return (
    <Card>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          make(address);
        }}
      >
        <Stack gap="sm">
          <AddressField
            value={address}
            wrong={wrong}
            onChange={(typed) => {
              setAddress(typed);
              setEmpty(false);
              forgetRefusal();
            }}
          />
          {place === 'itself' ? <ProblemAlert error={create.error} /> : null}
          <Group grow preventGrowOverflow={false} gap="sm">
            <PasteButton onText={make} />
            <Button type="submit" loading={create.isPending}>
              {t('make.submit')}
            </Button>
          </Group>
          <ExtrasPart
            extras={extras}
            error={create.error}
            onChange={(changed) => {
              setExtras(changed);
              forgetRefusal();
            }}
          />
        </Stack>
      </form>
    </Card>
  );
}
