import { Anchor, Button, Text } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DataTable, type TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { PageHeader } from '../../../ui/components/PageHeader';
import { useMay } from '../../../ui/session/session';
import links from '../parts/Link.module.css';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { QueryBody } from '../parts/QueryBody';
import { subjectPage } from '../parts/subjectPage';
import type { Schema } from '../types';
import { ResendDialog } from './ResendDialog';
import { useDeadLetters, useResend } from './useDeadLetters';
import { useLetterWords } from './useLetterWords';

type Letter = Schema<'DeadLetter'>;

function What({ letter }: { letter: Letter }): ReactNode {
  const words = useLetterWords();
  const page = subjectPage(letter.subject_id);
  return (
    <div>
      <Text size="sm" fw={560}>
        {words.topic(letter.topic)}
      </Text>
      {page ? (
        <Anchor component={Link} to={page} size="xs" ff="monospace" className={links.link}>
          {letter.subject_id}
        </Anchor>
      ) : (
        <Text size="xs" c="dimmed" ff="monospace">
          {letter.subject_id}
        </Text>
      )}
    </div>
  );
}

function Why({ letter }: { letter: Letter }): ReactNode {
  const { t } = useTranslation('opsDeadLetters');
  const words = useLetterWords();
  return (
    <div>
      <Text size="sm">{words.why(letter.last_error)}</Text>
      <Text size="xs" c="dimmed">
        {t('list.tries', { count: letter.attempts })}, {t('list.code')}{' '}
        <code>{letter.last_error}</code>
      </Text>
    </div>
  );
}

function useColumns(onResend: ((letter: Letter) => void) | null): readonly TableColumn<Letter>[] {
  const { t, i18n } = useTranslation('opsDeadLetters');
  return useMemo(() => {
    const time = (key: 'created_at' | 'dead_at'): TableColumn<Letter> => ({
      key,
      header: t(`list.${key}`),
      minWidth_px: 150,
      cell: (letter) => (
        <Text size="sm">
          <DateTime at={letter[key]} form="relative" />
        </Text>
      ),
    });
    const columns: TableColumn<Letter>[] = [
      {
        key: 'what',
        header: t('list.what'),
        grow: 1.8,
        minWidth_px: 210,
        card: 'title',
        cell: (letter) => <What letter={letter} />,
      },
      {
        key: 'why',
        header: t('list.why'),
        grow: 2,
        minWidth_px: 210,
        cell: (letter) => <Why letter={letter} />,
      },
      time('created_at'),
      time('dead_at'),
    ];
    if (onResend)
      columns.push({
        key: 'resend',
        header: t('list.action'),
        minWidth_px: 160,
        align: 'end',
        cell: (letter) => (
          <Button
            variant="default"
            size="sm"
            aria-label={t('resend.open_for', { what: letter.subject_id })}
            onClick={() => onResend(letter)}
          >
            {t('resend.open')}
          </Button>
        ),
      });
    return columns;
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, i18n.language, onResend]);
}

export default function DeadLetters(): ReactNode {
  const { t } = useTranslation('opsDeadLetters');
  const may = useMay('resendDeadLetter');
  const [asked, setAsked] = useState<Letter | null>(null);
  const letters = useDeadLetters();
  const resend = useResend(() => setAsked(null));
  const columns = useColumns(may ? setAsked : null);
  const { data } = letters;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const close = (): void => {
    resend.reset();
    setAsked(null);
  };
  return (
    <>
      <PageHeader title={t('list.title')} text={t('list.text')} />
      {asked === null && resend.unknown ? <MoneyOutcome of={resend} /> : null}
      <QueryBody query={letters}>
        {() => (
          <>
            <DataTable
              label={t('list.title')}
              columns={columns}
              rows={rows}
              rowId={(letter) => letter.id}
              empty={
                <EmptyState
                  icon={IconMailCheck}
                  title={t('list.empty_title')}
                  text={t('list.empty_text')}
                />
              }
            />
            <LoadMore {...letters} />
          </>
        )}
      </QueryBody>
      {asked ? <ResendDialog letter={asked} resend={resend} onClose={close} /> : null}
    </>
  );
}
