import { Alert, Anchor, Drawer, Group, List, Stack, Text } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { ReasonText } from '../../../ui/components/ReasonText';
import { StateBadge } from '../../../ui/components/StateBadge';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import type { Postback } from '../types';
import { isTenge, VERDICT_TONE } from './postbacks';

/** What the shop's engineer should change, by the code of the refusal; null when the reason says it all. */
export function useFix(): (code: string) => string | null {
  const { t, i18n } = useTranslation('integration');
  return (code) => (i18n.exists(`fix.${code}`, { ns: 'integration' }) ? t(`fix.${code}`) : null);
}

function Refusal({ problem }: { problem: NonNullable<Postback['problem']> }): ReactNode {
  const { t } = useTranslation('integration');
  const language = useLanguage();
  const fix = useFix()(problem.code);
  return (
    <>
      <Alert color="red" title={problem.text[language]}>
        <Text size="sm" ff="monospace">
          {problem.status} {problem.code}
        </Text>
        {problem.errors.length > 0 ? (
          <List size="sm" mt="xs">
            {problem.errors.map(({ pointer, message }) => (
              <List.Item key={`${pointer} ${message}`}>
                <Text span inherit ff="monospace">
                  {pointer}
                </Text>{' '}
                <span lang="en">{message}</span>
              </List.Item>
            ))}
          </List>
        ) : null}
      </Alert>
      {fix ? (
        <Alert color="tide" icon={<IconTool aria-hidden />} title={t('fix_title')}>
          {fix}
        </Alert>
      ) : null}
    </>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }): ReactNode {
  if (children === null || children === undefined) return null;
  return (
    <Group justify="space-between" gap="md" wrap="nowrap" align="flex-start">
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} ta="end" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

function Sale({ sale }: { sale: string }): ReactNode {
  return isTenge(sale) ? <Money tenge={sale} /> : <Text inherit>{sale}</Text>;
}

function Facts({ postback }: { postback: Postback }): ReactNode {
  const { t } = useTranslation('integration');
  return (
    <Stack gap={6} component="dl" m={0}>
      <Line label={t('log.at')}>
        <DateTime at={postback.at} />
      </Line>
      <Line label={t('log.order')}>{postback.transaction_id}</Line>
      <Line label={t('log.status')}>{postback.order_status}</Line>
      <Line label={t('log.event')}>{postback.event}</Line>
      <Line label={t('log.sale')}>
        {postback.sale === null ? null : <Sale sale={postback.sale} />}
      </Line>
      <Line label={t('log.source')}>{t(`source.${postback.source}`)}</Line>
      <Line label={t('log.webhook')}>{postback.webhook_id}</Line>
      <Line label={t('log.receipt')}>{postback.receipt_id}</Line>
      <Line label={t('log.from')}>{postback.from}</Line>
    </Stack>
  );
}

/** One message of the shop: what it said, what became of it, and what to mend if it was refused. */
export function PostbackDetail(props: {
  postback: Postback | null;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation(['integration', 'ui']);
  const { postback, onClose } = props;
  return (
    <Drawer
      opened={postback !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={t('log.one')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {postback ? (
        <Stack>
          <Group>
            <StateBadge
              size="lg"
              tone={VERDICT_TONE[postback.verdict]}
              label={t(`verdict.${postback.verdict}`)}
            />
          </Group>
          <Text size="sm">{t(`verdict_text.${postback.verdict}`)}</Text>
          {postback.problem ? <Refusal problem={postback.problem} /> : null}
          {postback.reason ? (
            <Alert color="yellow">
              <ReasonText size="sm" reason={postback.reason} />
            </Alert>
          ) : null}
          <Facts postback={postback} />
          {postback.conversion_id ? (
            <Anchor component={Link} to={`/brand/orders?order=${postback.conversion_id}`} size="sm">
              {t('log.open_order')}
            </Anchor>
          ) : null}
        </Stack>
      ) : null}
    </Drawer>
  );
}
