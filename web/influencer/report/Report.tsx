import {
  Alert,
  Button,
  Group,
  Radio,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { api, call } from '../../ui/api/client';
import { BrandMark } from '../../ui/components/BrandMark';
import { CenteredPage } from '../../ui/components/CenteredPage';
import { LanguageMenu } from '../../ui/components/LanguageMenu';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ThemeMenu } from '../../ui/components/ThemeMenu';
import type { ReportReason } from '../data/types';

const REASONS = ['fraud', 'adult', 'misleading', 'broken', 'other'] as const;
const MOST_ADDRESS = 500;
const MOST_COMMENT = 1_000;

type Typed = {
  readonly address: string;
  readonly reason: ReportReason | null;
  readonly comment: string;
};

function useReport() {
  return useMutation({
    mutationFn: ({ address, reason, comment }: Typed & { reason: ReportReason }) =>
      call(
        api.POST('/v1/link-reports', {
          body: {
            address: address.trim(),
            reason,
            ...(comment.trim() ? { comment: comment.trim() } : {}),
          },
        }),
      ),
  });
}

function ReportForm({ onSent }: { onSent: () => void }): ReactNode {
  const { t } = useTranslation('report');
  const [search] = useSearchParams();
  const [tried, setTried] = useState(false);
  const [typed, setTyped] = useState<Typed>(() => ({
    address: (search.get('address') ?? '').slice(0, MOST_ADDRESS),
    reason: null,
    comment: '',
  }));
  const report = useReport();
  const send = (): void => {
    setTried(true);
    const { reason } = typed;
    if (typed.address.trim() === '' || reason === null || report.isPending) return;
    report.mutate({ ...typed, reason }, { onSuccess: onSent });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap="lg">
        <TextInput
          label={t('address')}
          description={t('address_hint')}
          error={tried && typed.address.trim() === '' ? t('address_empty') : null}
          inputMode="url"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={MOST_ADDRESS}
          value={typed.address}
          onChange={(event) => setTyped({ ...typed, address: event.currentTarget.value })}
        />
        <Radio.Group
          label={t('reason')}
          error={tried && typed.reason === null ? t('reason_empty') : null}
          value={typed.reason ?? ''}
          onChange={(value) =>
            setTyped({ ...typed, reason: REASONS.find((one) => one === value) ?? null })
          }
        >
          <Stack gap="sm" my="xs">
            {REASONS.map((one) => (
              <Radio key={one} value={one} label={t(`reasons.${one}`)} size="md" />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label={t('comment')}
          description={t('comment_hint')}
          rows={4}
          maxLength={MOST_COMMENT}
          value={typed.comment}
          onChange={(event) => setTyped({ ...typed, comment: event.currentTarget.value })}
        />
        <ProblemAlert error={report.error} />
        <Button type="submit" loading={report.isPending}>
          {t('send')}
        </Button>
      </Stack>
    </form>
  );
}

/** For anybody, without an account. The answer is the same whether or not there is such a link. */
export default function Report(): ReactNode {
  const { t } = useTranslation('report');
  const [sent, setSent] = useState(false);
  useEffect(() => {
    document.title = `${t('title')} · Gamma`;
  }, [t]);
  return (
    <CenteredPage
      top={
        <Group justify="space-between">
          <BrandMark />
          <Group gap={0}>
            <LanguageMenu />
            <ThemeMenu compact />
          </Group>
        </Group>
      }
    >
      <Stack gap="xl">
        <Stack gap="xs">
          <Title order={1}>{t('title')}</Title>
          <Text c="dimmed">{t('text')}</Text>
        </Stack>
        {sent ? (
          <Alert
            color="green"
            icon={<IconCircleCheck aria-hidden />}
            title={t('thanks')}
            role="status"
          >
            {t('thanks_text')}
          </Alert>
        ) : (
          <ReportForm onSent={() => setSent(true)} />
        )}
      </Stack>
    </CenteredPage>
  );
}
