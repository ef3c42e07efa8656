import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { DateTime } from '../../../ui/components/DateTime';
import { useMay, useMe } from '../../../ui/session/session';
import { Facts } from '../parts/Facts';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';
import { useTaxDecision } from './usePerson';

type Proposal = Schema<'TaxProposal'>;
type Verdict = 'approve' | 'disagree';

function Decide(props: { influencerId: string; proposal: Proposal }): ReactNode {
  const { influencerId, proposal } = props;
  const { t } = useTranslation('opsPeople');
  const [asked, setAsked] = useState<Verdict | null>(null);
  const command = useTaxDecision(influencerId, () => setAsked(null));
  const close = (): void => {
    command.reset();
    setAsked(null);
  };
  const decision = asked === 'approve' ? 'approve' : 'refuse';
  return (
    <>
      {asked === null && command.unknown ? <MoneyOutcome of={command} /> : null}
      <Group gap="xs">
        <Button onClick={() => setAsked('approve')}>{t('claim.approve')}</Button>
        <Button variant="default" onClick={() => setAsked('disagree')}>
          {t('claim.disagree')}
        </Button>
      </Group>
      {asked ? (
        <ConfirmDialog
          opened
          title={t(`claim.${asked}_title`)}
          confirmLabel={t(`claim.${asked}`)}
          pending={command.pending}
          disabled={command.unknown}
          onConfirm={() => command.submit({ proposal_id: proposal.id, decision })}
          onClose={close}
        >
          <Text size="sm">
            {asked === 'approve'
              ? t(`claim.approve_${proposal.decision}_text`)
              : t('claim.disagree_text')}
          </Text>
          <MoneyOutcome of={command} />
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function useProposalRows(claim: Schema<'TaxClaim'>, proposal: Proposal): [string, ReactNode][] {
  const { t } = useTranslation('opsPeople');
  const actorName = useActorName();
  const { evidence, evidence_ref, expires_at, reason } = proposal;
  return [
    [t('claim.evidence'), claim.evidence ?? t('claim.no_evidence')],
    ...(evidence ? [[t('claim.proof'), t(`evidence.${evidence}`)] as [string, ReactNode]] : []),
    ...(evidence_ref === null ? [] : [[t('claim.ref'), evidence_ref] as [string, ReactNode]]),
    ...(expires_at === null
      ? []
      : [
          [t('claim.until'), <DateTime key="until" at={expires_at} form="date" />] as [
            string,
            ReactNode,
          ],
        ]),
    ...(reason === null ? [] : [[t('claim.reason'), reason] as [string, ReactNode]]),
    [t('claim.proposed_by'), actorName(proposal.by)],
    [t('claim.proposed_at'), <DateTime key="at" at={proposal.at} />],
  ];
}

/** What one person says of a stated status, and another's word on it. */
export function TaxProposal(props: {
  influencerId: string;
  claim: Schema<'TaxClaim'>;
  proposal: Proposal;
}): ReactNode {
  const { influencerId, claim, proposal } = props;
  const { t } = useTranslation(['opsPeople', 'ops']);
  const { user } = useMe();
  const mayDecide = useMay('decideTaxStatus');
  const own = proposal.by.id === user.id;
  const regime = t(`regime.${claim.regime}`, { ns: 'ops' });
  return (
    <Alert color="tide" title={t('claim.proposed_title')}>
      <Stack gap="sm">
        <Text fw={560}>{t(`claim.proposed_${proposal.decision}`, { regime })}</Text>
        <Facts rows={useProposalRows(claim, proposal)} />
        {mayDecide && !own ? (
          <Decide influencerId={influencerId} proposal={proposal} />
        ) : (
          <Text size="sm" c="dimmed">
            {own ? t('claim.own') : t('claim.checker_decides')}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
