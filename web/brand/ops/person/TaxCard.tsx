import { Alert, Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { DateTime } from '../../../ui/components/DateTime';
import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { useMay } from '../../../ui/session/session';
import { Facts } from '../parts/Facts';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { SectionCard } from '../parts/SectionCard';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';
import { ConfirmClaimDialog, RefuseClaimDialog } from './ClaimDialogs';
import { TaxProposal } from './TaxProposal';
import { useTaxProposal } from './usePerson';

type Claim = Schema<'TaxClaim'>;
type Status = Schema<'PersonTaxStatus'>;
type Asked = { readonly claim: Claim; readonly decision: 'confirm' | 'refuse' } | null;

function CurrentStatus({ status }: { status: Status | null }): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  if (!status) return <Text c="dimmed">{t('tax.none')}</Text>;
  return (
    <>
      <Group gap="xs">
        <Text fw={560}>{t(`regime.${status.regime}`, { ns: 'ops' })}</Text>
        {status.expired ? <StateBadge tone="bad" label={t('tax.expired')} /> : null}
        {status.deduction_applies ? (
          <StateBadge tone="plain" label={t('tax.deduction_applies')} />
        ) : null}
      </Group>
      <StatusFacts status={status} />
    </>
  );
}

function StatusFacts({ status }: { status: Status }): ReactNode {
  const { t } = useTranslation('opsPeople');
  return (
    <Facts
      rows={[
        [t('tax.evidence'), t(`evidence.${status.evidence}`)],
        [t('tax.evidence_ref'), status.evidence_ref],
        [t('tax.valid_from'), <DateTime key="from" at={status.valid_from} form="date" />],
        [t('tax.expires_at'), <DateTime key="to" at={status.expires_at} form="date" />],
      ]}
    />
  );
}

function PendingClaim(props: { claim: Claim; onAsk: (asked: Asked) => void }): ReactNode {
  const { claim, onAsk } = props;
  const { t } = useTranslation(['opsPeople', 'ops']);
  const mayPropose = useMay('proposeTaxDecision');
  return (
    <Alert color="tide" title={t('claim.title')}>
      <Stack gap="sm">
        <Facts
          rows={[
            [t('claim.regime'), t(`regime.${claim.regime}`, { ns: 'ops' })],
            [t('claim.evidence'), claim.evidence ?? t('claim.no_evidence')],
            [t('claim.created_at'), <DateTime key="at" at={claim.created_at} />],
          ]}
        />
        {mayPropose ? (
          <Group gap="xs">
            <Button onClick={() => onAsk({ claim, decision: 'confirm' })}>
              {t('claim.confirm')}
            </Button>
            <Button variant="default" onClick={() => onAsk({ claim, decision: 'refuse' })}>
              {t('claim.refuse')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}

const CLAIM_TONE: Record<Claim['state'], Tone> = {
  pending: 'attention',
  confirmed: 'good',
  refused: 'bad',
};

function DecidedClaim({ claim }: { claim: Claim }): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  const actorName = useActorName();
  return (
    <div>
      <Group gap="xs">
        <Text size="sm">{t(`regime.${claim.regime}`, { ns: 'ops' })}</Text>
        <StateBadge
          tone={CLAIM_TONE[claim.state]}
          size="sm"
          label={t(`claim.state_${claim.state}`)}
        />
      </Group>
      <Text size="xs" c="dimmed">
        {claim.decided_by ? `${actorName(claim.decided_by)} · ` : null}
        <DateTime at={claim.decided_at ?? claim.created_at} />
        {claim.decision_reason ? ` · ${claim.decision_reason}` : null}
      </Text>
    </div>
  );
}

function History({ tax }: { tax: Schema<'Person'>['tax'] }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const [opened, { toggle }] = useDisclosure();
  const decided = tax.claims.filter(({ state }) => state !== 'pending');
  if (tax.history.length + decided.length === 0) return null;
  return (
    <>
      <Group>
        <Button variant="subtle" px={0} onClick={toggle} aria-expanded={opened}>
          {t('tax.history')}
        </Button>
      </Group>
      <Collapse expanded={opened}>
        <Stack gap="md">
          {decided.map((claim) => (
            <DecidedClaim key={claim.id} claim={claim} />
          ))}
          {tax.history.map((status) => (
            <CurrentStatus key={`${status.valid_from}${status.evidence_ref}`} status={status} />
          ))}
        </Stack>
      </Collapse>
    </>
  );
}

/** Tax status in force and its proof, what waits for a decision, what was before. */
export function TaxCard({ person }: { person: Schema<'Person'> }): ReactNode {
  const { t } = useTranslation('opsPeople');
  const [asked, setAsked] = useState<Asked>(null);
  const decision = useTaxProposal(person.id, () => setAsked(null));
  const close = (): void => {
    decision.reset();
    setAsked(null);
  };
  const pending = person.tax.claims.filter(({ state }) => state === 'pending');
  const Dialog = asked?.decision === 'refuse' ? RefuseClaimDialog : ConfirmClaimDialog;
  return (
    <SectionCard title={t('tax.title')}>
      {asked === null && decision.unknown ? <MoneyOutcome of={decision} /> : null}
      {pending.map((claim) =>
        claim.proposal ? (
          <TaxProposal
            key={claim.id}
            influencerId={person.id}
            claim={claim}
            proposal={claim.proposal}
          />
        ) : (
          <PendingClaim key={claim.id} claim={claim} onAsk={setAsked} />
        ),
      )}
      <CurrentStatus status={person.tax.current} />
      <History tax={person.tax} />
      {asked ? <Dialog claim={asked.claim} decision={decision} onClose={close} /> : null}
    </SectionCard>
  );
}
