import { Button, Group, Stack, Tabs } from '@mantine/core';
import { IconBook, IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '../../../ui/components/EmptyState';
import { PageHeader } from '../../../ui/components/PageHeader';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { CopyField } from '../../../ui/components/CopyField';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { useMe } from '../../../ui/session/session';
import { ProgrammeSelect } from '../programmes/ProgrammeSelect';
import { useProgrammes } from '../programmes/useProgrammes';
import { useSearch } from '../useSearch';
import { PostbackLog } from './PostbackLog';
import { SecretsCard } from './SecretsCard';
import { Snippets } from './Snippets';
import { TestConsole } from './TestConsole';

const TABS = [
  { name: 'log', operation: 'listPostbackAttempts', Panel: PostbackLog },
  { name: 'console', operation: 'sendTestPostback', Panel: TestConsole },
  { name: 'secrets', operation: 'listProgrammeSecrets', Panel: SecretsCard },
  { name: 'snippets', operation: 'getPostbackSnippets', Panel: Snippets },
] as const;

function Sections({ programmeId }: { programmeId: string }): ReactNode {
  const { t } = useTranslation('integration');
  const { search, change } = useSearch();
  const { permissions } = useMe();
  const tabs = TABS.filter(({ operation }) => permissions.includes(operation));
  const current = tabs.find(({ name }) => name === search.get('tab')) ?? tabs[0];
  if (!current) return null;
  return (
    <Tabs value={current.name} onChange={(tab) => change({ tab })} keepMounted={false}>
      <Tabs.List>
        {tabs.map(({ name }) => (
          <Tabs.Tab key={name} value={name} mih={44}>
            {t(`tab.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, Panel }) => (
        <Tabs.Panel key={name} value={name} pt="md">
          <Panel key={programmeId} programmeId={programmeId} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** How the shop tells us of orders, and whether it does it right. */
export default function Integration(): ReactNode {
  const { t } = useTranslation('integration');
  const { search, change } = useSearch();
  const { data: programmes, error, refetch } = useProgrammes();
  const asked = programmes?.find(({ id }) => id === search.get('programme'));
  const programme = asked ?? programmes?.[0];
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          <Button
            variant="default"
            component="a"
            href="/docs"
            target="_blank"
            rel="noreferrer"
            leftSection={<IconBook size={18} aria-hidden />}
          >
            {t('docs')}
          </Button>
        }
      />
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {programmes || error ? null : <ListSkeleton rows={4} />}
      {programmes?.length === 0 ? (
        <EmptyState
          icon={IconPlugConnected}
          title={t('empty.title')}
          text={t('empty.text')}
          action={
            <Button component={Link} to="/brand/programmes/new">
              {t('empty.action')}
            </Button>
          }
        />
      ) : null}
      {programme ? (
        <Stack gap="lg">
          <Group align="flex-end" gap="md">
            <ProgrammeSelect
              value={programme.id}
              onChange={(id) => change({ programme: id, verdict: null })}
            />
            <div style={{ flex: '1 1 18rem', maxWidth: '36rem' }}>
              <CopyField
                monospace
                label={t('address')}
                value={`${window.location.origin}/v1/postbacks/${programme.id}`}
              />
            </div>
          </Group>
          <Sections programmeId={programme.id} />
        </Stack>
      ) : null}
    </>
  );
}
