import { QRCodeSVG } from 'qrcode.react';
import type { ReactNode } from 'react';

export type QrCodeProps = {
  readonly value: string;
  /** What the code opens, for screen readers. */
  readonly label: string;
  readonly size_px?: number;
};

/** Dark on white in both schemes: many phone cameras do not read inverted codes. */
export function QrCode({ value, label, size_px = 208 }: QrCodeProps): ReactNode {
  return (
    <QRCodeSVG
      value={value}
      size={size_px}
      level="M"
      marginSize={4}
      bgColor="#ffffff"
      fgColor="#172025"
      role="img"
      aria-label={label}
    />
  );
}
