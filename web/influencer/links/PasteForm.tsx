import { Button, Card, Collapse, Group, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconClipboard } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../../ui/api/problem';
import { ProblemAlert, useProblemText } from '../../ui/components/ProblemAlert';
import classes from './PasteForm.module.css';
import { useCreateLink } from './useCreateLink';

/** Reading the clipboard needs a secure page and the person's leave; where it is impossible there is no button. */
const canPaste = typeof navigator.clipboard?.readText === 'function';

const MARK = /^[A-Za-z0-9_.-]{1,64}$/;

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

type MarkFieldProps = {
  readonly value: string;
  readonly wrong: boolean;
  readonly onChange: (value: string) => void;
};

/** Own mark for telling posts apart; most people never need it. */
function MarkField({ value, wrong, onChange }: MarkFieldProps): ReactNode {
  const { t } = useTranslation('links');
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={opened} mih={44} c="dimmed" fz="sm">
        <Group gap={4}>
          {t('make.mark')}
          <IconChevronDown size={16} aria-hidden />
        </Group>
      </UnstyledButton>
      <Collapse expanded={opened}>
        <TextInput
          label={t('make.mark_label')}
          description={t('make.mark_hint')}
          error={wrong ? t('make.mark_wrong') : null}
          autoComplete="off"
          autoCapitalize="none"
          maxLength={64}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Collapse>
    </div>
  );
}

/** One paste makes a link: the address goes off by itself when it came from the clipboard. */
export function PasteForm(): ReactNode {
  const { t } = useTranslation('links');
  const problemText = useProblemText();
  const create = useCreateLink();
  const [address, setAddress] = useState('');
  const [mark, setMark] = useState('');
  const [empty, setEmpty] = useState(false);
  const wrongMark = mark !== '' && !MARK.test(mark);
  const refused = create.error instanceof ApiProblem && create.error.status === 422;
  const wrong = empty ? t('make.address_empty') : refused ? problemText(create.error) : null;
  const make = (url: string): void => {
    const given = url.trim();
    setAddress(url);
    setEmpty(given === '');
    if (given === '' || wrongMark || create.isPending) return;
    create.mutate({ url: given.slice(0, 4096), ...(mark ? { sub_ids: { sub1: mark } } : {}) });
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
            value={address}
            onChange={(event) => {
              setAddress(event.currentTarget.value);
              setEmpty(false);
              if (create.error) create.reset();
            }}
          />
          {refused ? null : <ProblemAlert error={create.error} />}
          <Group grow preventGrowOverflow={false} gap="sm">
            <PasteButton onText={make} />
            <Button type="submit" loading={create.isPending}>
              {t('make.submit')}
            </Button>
          </Group>
          <MarkField value={mark} wrong={wrongMark} onChange={setMark} />
        </Stack>
      </form>
    </Card>
  );
}
