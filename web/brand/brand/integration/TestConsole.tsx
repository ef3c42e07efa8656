import {
  Button,
  Card,
  Group,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconSend } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { readMoney } from '../../../ui/format/money';
import { ORDER_STATUSES } from '../states';
import type { TestPostbackInput } from '../types';
import { TestResult } from './TestResult';

const MISTAKES = ['none', 'wrong_secret', 'stale_timestamp', 'changed_body'] as const;
type Mistake = (typeof MISTAKES)[number];

type Form = {
  readonly order: string;
  readonly sale: string;
  readonly status: string;
  readonly clickId: string;
  readonly mistake: Mistake;
};

const FIRST: Form = { order: '', sale: '10000', status: 'approved', clickId: '', mistake: 'none' };

const isOrder = (text: string): boolean => text === '' || /^test-[A-Za-z0-9_-]{1,60}$/.test(text);

/** What the API takes; null while a field is wrong. */
function inputOf(form: Form): TestPostbackInput | null {
  const sale = form.sale.trim() === '' ? null : readMoney(form.sale);
  if (!isOrder(form.order) || (sale === null && form.sale.trim() !== '')) return null;
  return {
    ...(form.order ? { transaction_id: form.order } : {}),
    ...(form.clickId.trim() ? { click_id: form.clickId.trim() } : {}),
    status: form.status,
    sale_amount: sale,
    mistake: form.mistake,
  };
}

type FieldsProps = { form: Form; onChange: (change: Partial<Form>) => void };

function Fields({ form, onChange }: FieldsProps): ReactNode {
  const { t } = useTranslation(['integration', 'brand']);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      <TextInput
        label={t('console.order')}
        description={t('console.order_help')}
        error={isOrder(form.order) ? null : t('console.order_wrong')}
        value={form.order}
        onChange={(event) => onChange({ order: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={t('console.sale')}
        description={t('console.sale_help')}
        inputMode="decimal"
        value={form.sale}
        onChange={(event) => onChange({ sale: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('console.status')}
        data={ORDER_STATUSES.map((value) => ({
          value,
          label: `${value} — ${t(`order_status.${value}`, { ns: 'brand' })}`,
        }))}
        value={form.status}
        onChange={(event) => onChange({ status: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('console.mistake')}
        data={MISTAKES.map((value) => ({ value, label: t(`mistake.${value}`) }))}
        value={form.mistake}
        onChange={(event) => onChange({ mistake: event.currentTarget.value as Mistake })}
      />
      <TextInput
        label={t('console.click')}
        description={t('console.click_help')}
        maxLength={256}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        autoComplete="off"
        value={form.clickId}
        onChange={(event) => onChange({ clickId: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}

/** Sends a signed sample through the real intake and shows both sides, step by step. */
export function TestConsole({ programmeId }: { programmeId: string }): ReactNode {
  const { t } = useTranslation('integration');
  const [form, setForm] = useState(FIRST);
  const input = inputOf(form);
  const send = useMutation({
    mutationFn: (body: TestPostbackInput) =>
      call(
        api.POST('/v1/programmes/{programmeId}/test-postbacks', {
          params: { path: { programmeId } },
          body,
        }),
      ),
  });
  return (
    <Stack>
      <Card>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (input && !send.isPending) send.mutate(input);
          }}
        >
          <Stack>
            <Text size="sm" c="dimmed">
              {t('console.text')}
            </Text>
            <Fields
              form={form}
              onChange={(change) => setForm((before) => ({ ...before, ...change }))}
            />
            <ProblemAlert error={send.error} />
            <Group justify="flex-end">
              <Button
                type="submit"
                leftSection={<IconSend size={18} aria-hidden />}
                disabled={input === null}
                loading={send.isPending}
              >
                {t('console.send')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
      {send.data ? <TestResult result={send.data} /> : null}
    </Stack>
  );
}
