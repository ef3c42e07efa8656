import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { parseTenge } from '../../../../domain/money';
import { unwrap } from '../../../../domain/result';
import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { formatDate } from '../../../ui/format/dates';
import { formatMoney, isZero } from '../../../ui/format/money';
import { useMay, useMe } from '../../../ui/session/session';
import links from '../parts/Link.module.css';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import { useActorName } from '../parts/useActorName';
import { useDecideWriteOff, useProposeWriteOff, type Debt } from './useDebts';

function Propose({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('opsDebts');
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const command = useProposeWriteOff(debt, () => setAsked(false));
  const close = (): void => {
    command.reset();
    setAsked(false);
  };
  return (
    <>
      {!asked && command.unknown ? <MoneyOutcome of={command} /> : null}
      <Group>
        <Button variant="light" onClick={() => setAsked(true)}>
          {t('propose.action')}
        </Button>
      </Group>
      {asked ? (
        <ConfirmDialog
          opened
          title={t('propose.title', { amount: formatMoney(debt.open) })}
          confirmLabel={t('propose.action')}
          pending={command.pending}
          disabled={!isReason(reason) || command.unknown}
          onConfirm={() => command.submit({ reason: reason.trim() })}
          onClose={close}
        >
          <Text size="sm">{t('propose.text')}</Text>
          <ReasonField value={reason} onChange={setReason} />
          <MoneyOutcome of={command} />
        </ConfirmDialog>
      ) : null}
    </>
  );
}

/** Nothing is left to give up where orders have covered it all: the proposal is only closed. */
type Verdict = 'approve' | 'refuse' | 'close';

const tiynOf = (tenge: string): bigint => unwrap(parseTenge(tenge));

/** What would be given up now: earnings may have covered a part since it was proposed. */
const amountNow = ({ open, write_off }: Debt): string => {
  const proposed = write_off.proposal?.amount ?? open;
  return tiynOf(open) < tiynOf(proposed) ? open : proposed;
};

const LOOK: Record<Verdict, { readonly variant: string; readonly color?: string }> = {
  approve: { variant: 'filled', color: 'red' },
  refuse: { variant: 'default' },
  close: { variant: 'default' },
};

function Decide({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('opsDebts');
  const [asked, setAsked] = useState<Verdict | null>(null);
  const verdicts: readonly Verdict[] = isZero(debt.open) ? ['close'] : ['approve', 'refuse'];
  const command = useDecideWriteOff(debt, () => setAsked(null));
  const close = (): void => {
    command.reset();
    setAsked(null);
  };
  return (
    <>
      {asked === null && command.unknown ? <MoneyOutcome of={command} /> : null}
      <Group gap="xs">
        {verdicts.map((verdict) => (
          <Button key={verdict} {...LOOK[verdict]} onClick={() => setAsked(verdict)}>
            {t(`${verdict}.action`)}
          </Button>
        ))}
      </Group>
      {asked ? (
        <ConfirmDialog
          opened
          danger={asked === 'approve'}
          title={t(`${asked}.title`, { amount: formatMoney(amountNow(debt)) })}
          confirmLabel={t(`${asked}.action`)}
          pending={command.pending}
          disabled={command.unknown}
          onConfirm={() => command.submit({ decision: asked === 'approve' ? 'approve' : 'refuse' })}
          onClose={close}
        >
          <Text size="sm">{t(`${asked}.text`)}</Text>
          <MoneyOutcome of={command} />
        </ConfirmDialog>
      ) : null}
    </>
  );
}

type Proposal = NonNullable<Debt['write_off']['proposal']>;

function Proposed({ debt, proposal }: { debt: Debt; proposal: Proposal }): ReactNode {
  const { t } = useTranslation('opsDebts');
  const actorName = useActorName();
  const { user } = useMe();
  const mayDecide = useMay('decideWriteOff');
  const own = proposal.by.id === user.id;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={560}>
        {t('write_off.proposed', {
          name: actorName(proposal.by),
          amount: formatMoney(proposal.amount),
        })}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {proposal.reason}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <DateTime at={proposal.at} />
      </Text>
      {isZero(debt.open) ? <Text size="sm">{t('write_off.covered')}</Text> : null}
      {mayDecide && !own ? (
        <Decide debt={debt} />
      ) : (
        <Text size="sm" c="dimmed">
          {own ? t('write_off.own') : t('write_off.checker_decides')}
        </Text>
      )}
    </Stack>
  );
}

/** What can be done about a debt nobody will pay: from when, who proposes, who decides. */
export function WriteOff({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('opsDebts');
  const mayPropose = useMay('proposeWriteOff');
  const { allowed, from, proposal } = debt.write_off;
  return (
    <Stack gap="xs" component="section">
      <Title order={3} size="md">
        {t('write_off.title')}
      </Title>
      {proposal ? <Proposed debt={debt} proposal={proposal} /> : null}
      {!proposal && !isZero(debt.open) ? (
        <Text size="sm">
          {allowed ? t('write_off.possible') : t('write_off.from', { date: formatDate(from) })}
        </Text>
      ) : null}
      {!proposal && allowed && mayPropose ? <Propose debt={debt} /> : null}
      <Anchor
        component={Link}
        to={`/ops/audit?subject=${debt.id}`}
        size="sm"
        className={links.link}
        w="fit-content"
      >
        {t('write_off.history')}
      </Anchor>
    </Stack>
  );
}
