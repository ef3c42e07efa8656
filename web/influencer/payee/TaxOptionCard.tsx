import { Divider, Group, List, Radio, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Money } from '../../ui/components/Money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import type { TaxOption } from '../data/types';
import { TaxLines } from './TaxLines';
import classes from './TaxOptionCard.module.css';

export type TaxOptionCardProps = {
  readonly option: TaxOption;
  readonly chosen: boolean;
  /** What else is asked for when this one is chosen. */
  readonly children: ReactNode;
};

/** One status: its name and what arrives of 1 000 tenge; chosen, also what it means and how that is computed. */
export function TaxOptionCard({ option, chosen, children }: TaxOptionCardProps): ReactNode {
  const { t } = useTranslation('payee');
  const language = useLanguage();
  const closed = option.unavailable !== null;
  return (
    <div className={classes.option} data-chosen={chosen} data-closed={closed}>
      <Radio.Card value={option.regime} disabled={closed} className={classes.head ?? ''}>
        <Group wrap="nowrap" align="flex-start" gap="sm">
          <Radio.Indicator mt={2} />
          <Stack gap={2} miw={0} flex={1}>
            <Text fw={600}>{option.name[language]}</Text>
            {option.example ? (
              <Text size="sm" c="dimmed" component="div">
                {t('tax.arrives')}{' '}
                <Text span inherit fw={640} c="var(--mantine-color-text)">
                  <Money tenge={option.example.net} />
                </Text>
              </Text>
            ) : (
              <Text size="sm" c="dimmed">
                {t('tax.closed')}
              </Text>
            )}
          </Stack>
        </Group>
      </Radio.Card>
      {chosen ? (
        <Stack gap="sm" px="md" pb="md">
          <List size="sm" spacing={4} withPadding={false} pe="xs">
            {option.facts.map((fact) => (
              <List.Item key={fact.en}>{fact[language]}</List.Item>
            ))}
          </List>
          <Text size="sm">{option.proof_text[language]}</Text>
          {option.example && option.example.lines.length > 0 ? (
            <>
              <Divider />
              <Text size="sm" fw={600}>
                {t('tax.withheld')}
              </Text>
              <TaxLines lines={option.example.lines} />
            </>
          ) : null}
          {children}
        </Stack>
      ) : null}
    </div>
  );
}
