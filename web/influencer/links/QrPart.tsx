import { Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { QRCodeCanvas } from 'qrcode.react';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { QrCode } from '../../ui/components/QrCode';
import type { Link } from '../data/types';

/** Large enough for print at 8 cm. */
const FILE_SIZE_PX = 1024;

function save(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    const anchor = document.createElement('a');
    anchor.href = address;
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }, 'image/png');
}

export default function QrPart({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const file = useRef<HTMLCanvasElement>(null);
  return (
    <Stack align="center" gap="sm">
      <QrCode value={link.short_url} label={t('share.qr_label', { title: link.title })} />
      <QRCodeCanvas
        ref={file}
        value={link.short_url}
        size={FILE_SIZE_PX}
        level="M"
        marginSize={4}
        hidden
        aria-hidden
      />
      <Button
        variant="default"
        leftSection={<IconDownload size={20} aria-hidden />}
        onClick={() => file.current && save(file.current, `gamma-${link.id}.png`)}
      >
        {t('share.qr_save')}
      </Button>
    </Stack>
  );
}
