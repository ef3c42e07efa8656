import { Alert, Button, Group, Text } from '@mantine/core';
import { IconFilterOff, IconReceipt } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DataTable } from '../../../ui/components/DataTable';
import { EmptyState } from '../../../ui/components/EmptyState';
import { LoadMore } from '../../../ui/components/LoadMore';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { formatCount } from '../../../ui/format/money';
import { useMay } from '../../../ui/session/session';
import type { Decision, Order } from '../types';
import { useSearch } from '../useSearch';
import { BulkBar } from './BulkBar';
import { DecisionDialog, type Proposal } from './DecisionDialog';
import { DecisionResult } from './DecisionResult';
import type { Verb } from './decisions';
import { ExportButton } from './ExportButton';
import { useOrderColumns } from './orderColumns';
import { decisionFilter, isFiltered, readOrderFilter, readSort } from './orderFilter';
import { OrderFilters } from './OrderFilters';
import { OrderPanel } from './OrderPanel';
import { useDecision } from './useDecision';
import { useOrders, type OrderList } from './useOrders';

function Empty({ filtered }: { filtered: boolean }): ReactNode {
  const { t } = useTranslation('orders');
  if (filtered) {
    return <EmptyState icon={IconFilterOff} title={t('nothing.title')} text={t('nothing.text')} />;
  }
  return (
    <EmptyState
      icon={IconReceipt}
      title={t('empty.title')}
      text={t('empty.text')}
      action={
        <Button component={Link} to="/brand/integration">
          {t('empty.action')}
        </Button>
      }
    />
  );
}

type TableProps = {
  readonly list: OrderList;
  readonly filtered: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
  readonly onOpen: (order: Order) => void;
};

function OrderTable({ list, filtered, chosen, onChoose, onOpen }: TableProps): ReactNode {
  const { t } = useTranslation('orders');
  const columns = useOrderColumns();
  const mayDecide = useMay('decideBrandOrders');
  const { rows, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const onEndReached = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  if (list.isPending) return <ListSkeleton rows={8} height={52} />;
  if (list.error && rows.length === 0) {
    return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        rowLabel={({ transaction_id }) => t('choose', { number: transaction_id })}
        selection={mayDecide ? { ids: chosen, onChange: onChoose } : null}
        onOpen={onOpen}
        onEndReached={onEndReached}
        maxHeight="calc(100dvh - 19rem)"
        empty={<Empty filtered={filtered} />}
      />
      {isFetchNextPageError ? <LoadMore {...list} /> : null}
      {rows.length > 0 ? (
        <Text size="xs" c="dimmed" mt="xs" role="status">
          {hasNextPage
            ? t('shown_more', { count: rows.length, shown: formatCount(rows.length) })
            : t('shown_all', { count: rows.length, shown: formatCount(rows.length) })}
        </Text>
      ) : null}
    </>
  );
}

/** Dialogs of a decision: what is proposed, an answer that was lost, what became of it. */
function useDecisionDialogs(rows: readonly Order[], onDecided: () => void) {
  const { t } = useTranslation('orders');
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const [seen, setSeen] = useState<Decision | null>(null);
  const decision = useDecision(() => {
    setProposal(null);
    onDecided();
  });
  const { answer } = decision;
  const numbers = useMemo(() => new Map(rows.map((row) => [row.id, row.transaction_id])), [rows]);
  const dialogs = (
    <>
      {decision.unknown ? (
        <Alert color="yellow" mb="md" title={t('lost.title')}>
          <Text size="sm" mb="sm">
            {t('lost.text')}
          </Text>
          <Button variant="default" loading={decision.pending} onClick={decision.findAnswer}>
            {t('lost.action')}
          </Button>
        </Alert>
      ) : null}
      {proposal ? (
        <DecisionDialog
          proposal={proposal}
          pending={decision.pending}
          error={decision.error}
          onSend={decision.submit}
          onClose={() => {
            setProposal(null);
            if (!decision.unknown) decision.reset();
          }}
        />
      ) : null}
      {answer && answer !== seen ? (
        <DecisionResult
          decision={answer}
          numberOf={(id) => numbers.get(id) ?? id}
          onClose={() => setSeen(answer)}
        />
      ) : null}
    </>
  );
  return { dialogs, propose: setProposal };
}

const NONE: ReadonlySet<string> = new Set();

/** Every order of the brand's programmes: find, decide, export. */
export default function Orders(): ReactNode {
  const { t } = useTranslation('orders');
  const { search, change } = useSearch();
  const filter = useMemo(() => readOrderFilter(search), [search]);
  const sort = readSort(search);
  const list = useOrders(filter, sort);
  // A choice belongs to the list it was made in; another filter starts another.
  const listKey = JSON.stringify([filter, sort]);
  const [choice, setChoice] = useState({ listKey, ids: NONE });
  const chosen = choice.listKey === listKey ? choice.ids : NONE;
  const choose = (ids: ReadonlySet<string>): void => setChoice({ listKey, ids });
  const { dialogs, propose } = useDecisionDialogs(list.rows, () => choose(NONE));
  const whole = decisionFilter(filter);
  const takeAll =
    whole && list.hasNextPage ? (verb: Verb) => propose({ verb, filter: whole }) : null;
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <Group gap="xs">
            <ExportButton filter={filter} sort={sort} />
          </Group>
        }
      />
      {dialogs}
      <OrderFilters />
      <OrderTable
        list={list}
        filtered={isFiltered(filter)}
        chosen={chosen}
        onChoose={choose}
        onOpen={({ id }) => change({ order: id }, 'push')}
      />
      {chosen.size > 0 ? (
        <BulkBar
          count={chosen.size}
          onTakeAll={takeAll}
          onClear={() => choose(NONE)}
          onDecide={(verb) =>
            propose({ verb, orders: list.rows.filter(({ id }) => chosen.has(id)) })
          }
        />
      ) : null}
      <OrderPanel
        orderId={search.get('order')}
        onClose={() => change({ order: null })}
        onDecide={(verb, order) => propose({ verb, orders: [order] })}
      />
    </>
  );
}
