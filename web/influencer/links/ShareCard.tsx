import { Button, Card, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconQrcode, IconShare2 } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyField } from '../../ui/components/CopyField';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../ui/i18n/languages';
import { useLanguage } from '../../ui/i18n/useLanguage';
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

function TextPart({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const [language, setLanguage] = useState<Language>(useLanguage());
  const share = useShare();
  const { copy, copied } = useClipboard({ timeout: 2500 });
  const text = link.share[language];
  const hasSheet = typeof navigator.share === 'function';
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500}>
          {t('share.text')}
        </Text>
        <SegmentedControl
          size="sm"
          aria-label={t('share.language')}
          value={language}
          onChange={(value) => setLanguage(value)}
          data={LANGUAGES.map((one) => ({
            value: one,
            label: <abbr title={LANGUAGE_NAMES[one]}>{one.toUpperCase()}</abbr>,
          }))}
          classNames={{ label: classes.language ?? '' }}
        />
      </Group>
      <Text size="sm" lang={language} className={classes.text ?? ''}>
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
