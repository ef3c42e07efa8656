import { Alert, Card, Divider, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { formatShortDate } from '../../ui/format/dates';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { PayoutPreview } from '../data/types';
import { useInstrumentName } from '../payee/InstrumentLine';
import { FigureLine, TaxLines } from '../payee/TaxLines';
import classes from './PreviewCard.module.css';

function Where({ preview }: { preview: PayoutPreview }): ReactNode {
  const { t } = useTranslation('wallet');
  const nameOf = useInstrumentName();
  const { arrives, instrument } = preview;
  const from = formatShortDate(arrives.from);
  const to = formatShortDate(arrives.to);
  return (
    <Stack gap={2}>
      <Text size="sm">
        {from === to ? t('ask.when', { day: to }) : t('ask.between', { from, to })}
      </Text>
      {instrument ? (
        <Text size="sm" className="gamma-figures">
          {t('ask.where', { instrument: nameOf(instrument) })}
        </Text>
      ) : null}
    </Stack>
  );
}

export type PreviewCardProps = {
  /** Undefined until the first answer or while the amount is none. */
  readonly preview: PayoutPreview | undefined;
  /** The figures are of the amount before; they stay in place, paler, until the new ones come. */
  readonly stale: boolean;
};

/** What the payout would do, line by line, by the rules the payout itself uses. */
export function PreviewCard({ preview, stale }: PreviewCardProps): ReactNode {
  const { t } = useTranslation('wallet');
  const language = useLanguage();
  return (
    <Card component="section" aria-label={t('ask.preview')} aria-busy={stale}>
      <Stack gap="sm" className={classes.figures ?? ''} data-stale={stale}>
        <FigureLine label={t('ask.taken')} tenge={preview?.amount} />
        {preview ? <TaxLines lines={preview.lines} /> : null}
        {preview && preview.withheld !== null && preview.lines.length === 0 ? (
          <FigureLine label={t('ask.withheld')} tenge={preview.withheld} />
        ) : null}
        <Divider />
        {preview?.net === null ? null : (
          <FigureLine label={t('ask.net')} tenge={preview?.net ?? undefined} strong />
        )}
        {preview ? <Where preview={preview} /> : null}
        {preview?.warnings.map((warning) => (
          <Alert role="note" key={warning.code} color="yellow">
            {warning[language]}
          </Alert>
        ))}
      </Stack>
    </Card>
  );
}
