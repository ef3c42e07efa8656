import { Alert, Grid, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { Money } from '../../../ui/components/Money';
import { PageHeader } from '../../../ui/components/PageHeader';
import { StatTile } from '../../../ui/components/StatTile';
import { formatCount, formatMoney } from '../../../ui/format/money';
import { BackLink } from '../parts/BackLink';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { QueryBody } from '../parts/QueryBody';
import { BatchBadge, oneOf, PAYOUT_STATES } from '../parts/states';
import { useUrlFilters } from '../parts/useUrlFilters';
import { WorkflowLink } from '../parts/WorkflowLink';
import type { Schema } from '../types';
import { useRunName } from '../runs/useRunName';
import { RunActions } from './RunActions';
import { RunChangeDialog } from './RunChangeDialog';
import { ApproveDialog, ExcludeDialog, PrepareDialog } from './RunDialogs';
import { RunItems } from './RunItems';
import type { RunChange } from './RunMenu';
import { RunProgressCard } from './RunProgressCard';
import { RunSteps } from './RunSteps';
import { useRun, useRunStream } from './useRun';
import { useRunCommands, type RunCommands } from './useRunCommands';

type Run = Schema<'PayoutBatch'>;
type Item = Schema<'PayoutBatchItem'>;
type Asked = 'prepare' | 'approve' | RunChange | { readonly exclude: Item } | null;

function Figures({ run }: { run: Run }): ReactNode {
  const { t } = useTranslation('opsRuns');
  const known = (tenge: string | null): ReactNode =>
    tenge === null ? t('items.not_yet') : <Money tenge={tenge} />;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      <StatTile label={t('sum.total')} value={<Money tenge={run.amounts.reserved} />} />
      <StatTile label={t('sum.tax')} value={known(run.amounts.tax)} />
      <StatTile label={t('sum.net')} value={known(run.amounts.net)} />
      <StatTile label={t('sum.items')} value={formatCount(run.item_count)} />
    </SimpleGrid>
  );
}

/** Money at the provider is short: an approved run sends what it can and waits with the rest. */
function FundsShort({ run }: { run: Run }): ReactNode {
  const { t } = useTranslation('opsRuns');
  if (run.waits_for_funds === null) return null;
  const { missing, since } = run.waits_for_funds;
  const waits = run.state === 'approved';
  const amount = formatMoney(missing);
  return (
    <Alert
      color="yellow"
      icon={<IconHourglass aria-hidden />}
      title={t(waits ? 'funds.waits_title' : 'funds.short_title', { amount })}
      data-testid="run-funds"
    >
      {t(waits ? 'funds.waits' : 'funds.short')}{' '}
      <Text span size="sm" c="dimmed">
        {t('funds.since')} <DateTime at={since} />
      </Text>
    </Alert>
  );
}

/** An answer lost before a reload is said on the page: the dialog it came from is gone. */
function LostAnswers({ commands }: { commands: RunCommands }): ReactNode {
  return Object.entries(commands)
    .filter(([, command]) => command.unknown)
    .map(([name, command]) => <MoneyOutcome key={name} of={command} />);
}

function Dialogs(props: {
  asked: Asked;
  run: Run;
  commands: RunCommands;
  onClose: () => void;
}): ReactNode {
  const { asked, ...rest } = props;
  if (asked === null) return null;
  if (asked === 'prepare') return <PrepareDialog {...rest} />;
  if (asked === 'approve') return <ApproveDialog {...rest} />;
  if (typeof asked === 'string') return <RunChangeDialog change={asked} {...rest} />;
  return <ExcludeDialog item={asked.exclude} commands={rest.commands} onClose={rest.onClose} />;
}

function RunBody({ run }: { run: Run }): ReactNode {
  const [asked, setAsked] = useState<Asked>(null);
  const stream = useRunStream(run.id, run);
  const filters = useUrlFilters(['state']);
  const state = oneOf(PAYOUT_STATES, filters.get('state'));
  const commands = useRunCommands(run.id, () => setAsked(null));
  const askExclude = useCallback((item: Item) => setAsked({ exclude: item }), []);
  const close = (): void => {
    for (const command of Object.values(commands)) command.reset();
    setAsked(null);
  };
  return (
    <Stack gap="lg">
      {asked === null ? <LostAnswers commands={commands} /> : null}
      <FundsShort run={run} />
      <RunActions
        run={run}
        onPrepare={() => setAsked('prepare')}
        onApprove={() => setAsked('approve')}
        onChange={setAsked}
      />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="sm">
            <Figures run={run} />
            <RunProgressCard
              counts={run.counts}
              stream={stream}
              chosen={state}
              onChoose={(chosen) => filters.set({ state: chosen })}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <RunSteps run={run} />
        </Grid.Col>
      </Grid>
      <div>
        <RunItems
          batchId={run.id}
          state={state}
          onExclude={run.allowed.includes('exclude') ? askExclude : null}
        />
      </div>
      <Dialogs asked={asked} run={run} commands={commands} onClose={close} />
    </Stack>
  );
}

export default function RunScreen(): ReactNode {
  const { t } = useTranslation(['opsRuns', 'ops']);
  const { batchId = '' } = useParams();
  const query = useRun(batchId);
  const runName = useRunName();
  const run = query.data;
  return (
    <>
      <PageHeader
        above={<BackLink to="/ops/runs" label={t('nav.runs', { ns: 'ops' })} />}
        title={run ? runName(run.period) : t('title_loading')}
        text={
          <Group gap="sm" mih={28}>
            {run ? <BatchBadge state={run.state} /> : null}
            {run ? <WorkflowLink url={run.workflow_url} of={run.id} /> : null}
          </Group>
        }
      />
      <QueryBody query={query}>{(data) => <RunBody key={data.id} run={data} />}</QueryBody>
    </>
  );
}
