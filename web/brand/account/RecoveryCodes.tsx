import { Button, Checkbox, Code, CopyButton, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

function save(text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = href;
  link.download = 'gamma-recovery-codes.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

export type RecoveryCodesProps = {
  readonly codes: readonly string[];
  /** What the button that ends it says. */
  readonly doneLabel: string;
  readonly onDone: () => void;
};

/** Codes for the day the phone is lost: shown this once, so going on needs a yes that they are saved. */
export function RecoveryCodes({ codes, doneLabel, onDone }: RecoveryCodesProps): ReactNode {
  const { t } = useTranslation(['account', 'ui']);
  const [kept, setKept] = useState(false);
  const text = `${codes.join('\n')}\n`;
  return (
    <Stack>
      <Text size="sm">{t('recovery.once')}</Text>
      <SimpleGrid
        cols={{ base: 1, xs: 2 }}
        spacing="xs"
        component="ul"
        p={0}
        m={0}
        style={{ listStyle: 'none' }}
      >
        {codes.map((code) => (
          <li key={code}>
            <Code block fz="sm" ta="center" translate="no">
              {code}
            </Code>
          </li>
        ))}
      </SimpleGrid>
      <Group gap="xs">
        <CopyButton value={text} timeout={2500}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
              onClick={copy}
            >
              {copied ? t('copied', { ns: 'ui' }) : t('recovery.copy')}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} />}
          onClick={() => save(text)}
        >
          {t('recovery.download')}
        </Button>
      </Group>
      <Checkbox
        label={t('recovery.kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button disabled={!kept} onClick={onDone}>
        {doneLabel}
      </Button>
    </Stack>
  );
}
