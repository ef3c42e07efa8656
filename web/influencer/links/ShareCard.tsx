import { Button, Card, Group, NativeSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconQrcode, IconShare2 } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyField } from '../../ui/components/CopyField';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../ui/i18n/languages';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { APP_NAMES } from '../data/appNames';
import type { Link } from '../data/types';
import classes from './ShareCard.module.css';

const QrPart = lazy(() => import('./QrPart'));

/** The phone's own share sheet; a desktop browser without one gets the text copied instead. */
function useShare(): (text: string) => void {
  const { copy } = useClipboard();
  return (text) => {
    if (typeof navigator.share !== 'function') return copy(text);
    navigator.share({ text }).catch((thrown: unknown) => {
      const closed = thrown instanceof DOMException && thrown.name === 'AbortError';
      if (!closed) copy(text);
    });
  };
}

const NETWORKS = [
  'instagram',
  'tiktok',
  'telegram',
  'whatsapp',
  'youtube',
  'vk',
  'threads',
  'plain',
] as const;
type Network = (typeof NETWORKS)[number];

type ChoiceProps = {
  readonly network: Network;
  readonly onNetwork: (network: Network) => void;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
};

function Choice({ network, onNetwork, language, onLanguage }: ChoiceProps): ReactNode {
  const { t } = useTranslation('links');
  return (
    <Group gap="sm" align="flex-end" justify="space-between">
      <NativeSelect
        flex="1 1 9rem"
        label={t('share.network')}
        value={network}
        onChange={(event) => onNetwork(event.currentTarget.value as Network)}
        data={NETWORKS.map((one) => ({
          value: one,
          label: one === 'plain' ? t('share.plain') : (APP_NAMES[one] ?? one),
        }))}
      />
      <SegmentedControl
        size="sm"
        aria-label={t('share.language')}
        value={language}
        onChange={(value) => onLanguage(value)}
        data={LANGUAGES.map((one) => ({
          value: one,
          label: <abbr title={LANGUAGE_NAMES[one]}>{one.toUpperCase()}</abbr>,
        }))}
        classNames={{ root: classes.languages ?? '', label: classes.language ?? '' }}
      />
    </Group>
  );
}

function TextPart({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const [network, setNetwork] = useState<Network>('instagram');
  const [language, setLanguage] = useState<Language>(useLanguage());
  const share = useShare();
  const { copy, copied } = useClipboard({ timeout: 2500 });
  const text = link.share_texts[network][language];
  const hasSheet = typeof navigator.share === 'function';
  return (
    <Stack gap="xs">
      <Choice
        network={network}
        onNetwork={setNetwork}
        language={language}
        onLanguage={setLanguage}
      />
      <Text
        size="sm"
        lang={language}
        role="region"
        aria-label={t('share.text')}
        className={classes.text ?? ''}
      >
        {text}
      </Text>
      <Text size="xs" c="dimmed">
        {t('share.label_law')}
      </Text>
      <Group grow gap="sm">
        {hasSheet ? (
          <Button leftSection={<IconShare2 size={20} aria-hidden />} onClick={() => share(text)}>
            {t('share.send')}
          </Button>
        ) : null}
        <Button
          variant={hasSheet ? 'default' : 'filled'}
          leftSection={
            copied ? <IconCheck size={20} aria-hidden /> : <IconCopy size={20} aria-hidden />
          }
          onClick={() => copy(text)}
        >
          {copied ? t('copied', { ns: 'ui' }) : t('share.copy_text')}
        </Button>
      </Group>
    </Stack>
  );
}

/** Everything to take the link away with: the address, a text with the ad label, the share sheet, a QR code. */
export function ShareCard({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const [qr, setQr] = useState(false);
  return (
    <Card>
      <Stack>
        <CopyField label={t('share.link')} value={link.short_url} />
        <TextPart link={link} />
        <Button
          variant="subtle"
          aria-expanded={qr}
          leftSection={<IconQrcode size={20} aria-hidden />}
          onClick={() => setQr(!qr)}
        >
          {qr ? t('share.qr_hide') : t('share.qr')}
        </Button>
        {qr ? (
          <div className={classes.qr}>
            <Suspense>
              <QrPart link={link} />
            </Suspense>
          </div>
        ) : null}
      </Stack>
    </Card>
  );
}
