import '@mantine/dates/styles.layer.css';
import { Alert, Button, Group, Modal, Radio, Stack } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { useMoneyMutation } from '../../../ui/api/useMoneyMutation';
import { showMessage } from '../../../ui/app/showMessage';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { almatyDay } from '../../../ui/format/dates';
import { useLanguage } from '../../../ui/i18n/useLanguage';
import { addDays } from '../period/period';
import type { Programme } from '../types';
import { daysIn, FIRST_TERMS, termsOf, type TermsForm } from './terms';
import { TermsFields } from './TermsFields';
import { WorkedExample } from './WorkedExample';

function startOf({ terms }: Programme): TermsForm {
  if (!terms) return FIRST_TERMS;
  return {
    percent: terms.commission_bps / 100,
    holdDays: daysIn(terms.hold_seconds),
    holdFrom: terms.hold_from,
    windowDays: Math.max(1, daysIn(terms.click_window_seconds)),
  };
}

function useCreateTerms(programme: Programme, onDone: () => void) {
  const queries = useQueryClient();
  return useMoneyMutation({
    name: `terms.${programme.id}`,
    send: (body: NonNullable<ReturnType<typeof termsOf>> & { valid_from?: string }, key) =>
      call(
        api.POST('/v1/programmes/{programmeId}/terms', {
          params: { path: { programmeId: programme.id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['terms', programme.id] });
      void queries.invalidateQueries({ queryKey: ['programme', programme.id] });
      void queries.invalidateQueries({ queryKey: ['programmes'] });
      onDone();
    },
  });
}

function StartChoice(props: { day: string | null; onDay: (day: string | null) => void }) {
  const { t } = useTranslation(['programmes', 'brand']);
  const language = useLanguage();
  const tomorrow = addDays(almatyDay(new Date()), 1);
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('terms.start')}
        value={props.day === null ? 'now' : 'later'}
        onChange={(value) => props.onDay(value === 'now' ? null : tomorrow)}
      >
        <Group gap="lg" mt="xs">
          <Radio value="now" label={t('terms.start_now')} />
          <Radio value="later" label={t('terms.start_later')} />
        </Group>
      </Radio.Group>
      {props.day === null ? null : (
        <DatePickerInput
          label={t('terms.start_day')}
          description={t('terms.start_midnight')}
          locale={language}
          firstDayOfWeek={1}
          hideOutsideDates
          popoverProps={{ withRoles: false }}
          valueFormat="D MMMM YYYY"
          minDate={tomorrow}
          maw={280}
          ariaLabels={{
            previousMonth: t('period.previous_month', { ns: 'brand' }),
            nextMonth: t('period.next_month', { ns: 'brand' }),
          }}
          value={props.day}
          onChange={(day) => props.onDay(day ?? tomorrow)}
        />
      )}
    </Stack>
  );
}

/** New terms beside a live example of what a sale would pay under them. */
export function NewTerms(props: { programme: Programme; onClose: () => void }): ReactNode {
  const { t } = useTranslation(['programmes', 'ui']);
  const { programme, onClose } = props;
  const [form, setForm] = useState(() => startOf(programme));
  const [day, setDay] = useState<string | null>(null);
  const terms = termsOf(form);
  const create = useCreateTerms(programme, () => {
    showMessage({ message: t('terms.saved'), color: 'green' });
    onClose();
  });
  return (
    <Modal
      opened
      size="lg"
      title={t('terms.new')}
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      <Stack>
        <TermsFields value={form} onChange={setForm} />
        <StartChoice day={day} onDay={setDay} />
        <WorkedExample programmeId={programme.id} commissionBps={terms?.commission_bps ?? null} />
        <Alert color="gray">{t('terms.keep')}</Alert>
        <ProblemAlert error={create.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('cancel', { ns: 'ui' })}
          </Button>
          <Button
            disabled={!terms}
            loading={create.pending}
            onClick={() => {
              if (!terms) return;
              // Midnight of the day in Almaty (UTC+5).
              const start = day === null ? {} : { valid_from: `${addDays(day, -1)}T19:00:00Z` };
              create.submit({ ...terms, ...start });
            }}
          >
            {t('terms.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
