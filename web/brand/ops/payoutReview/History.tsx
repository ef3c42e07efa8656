import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ReasonText } from '../../../ui/components/ReasonText';
import { Timeline, type TimelineStep } from '../../../ui/components/Timeline';
import { formatMoney, isZero } from '../../../ui/format/money';
import { SectionCard } from '../parts/SectionCard';
import { useActorName } from '../parts/useActorName';
import type { Schema } from '../types';

type Proposal = Schema<'PayoutWayOut'>;

const SIGN = {
  proposed: 'current',
  confirmed: 'current',
  refused: 'refused',
  failed: 'attention',
  done: 'done',
} as const satisfies Record<Proposal['state'], TimelineStep['state']>;

function Effect({ effect }: { effect: Proposal['effect'] }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  if (effect === null) return null;
  const { arrived, returned, attempt } = effect;
  const words = [
    arrived ? t('history.arrived', { amount: formatMoney(arrived) }) : null,
    returned && !isZero(returned) ? t('history.returned', { amount: formatMoney(returned) }) : null,
    attempt ? t('history.attempt', { attempt }) : null,
  ];
  return <div>{words.filter((one) => one !== null).join(' ')}</div>;
}

function Words({ proposal }: { proposal: Proposal }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  const actorName = useActorName();
  const { decided_by: by, decision_note: note, provider_reference: reference, paid } = proposal;
  return (
    <>
      <div>
        {t('history.proposed', { name: actorName(proposal.proposed_by), reason: proposal.reason })}
      </div>
      {paid && reference ? (
        <div>{t('history.figures', { amount: formatMoney(paid), reference })}</div>
      ) : null}
      {by ? (
        <div>
          {t(proposal.state === 'refused' ? 'history.refused' : 'history.confirmed', {
            name: actorName(by),
          })}
          {note ? ` ${note}` : null}
        </div>
      ) : null}
      {proposal.failure ? <ReasonText reason={proposal.failure} size="sm" /> : null}
      <Effect effect={proposal.effect} />
    </>
  );
}

/** Everything that was proposed for this payout, newest first, with who decided and what came of it. */
export function History({ proposals }: { proposals: readonly Proposal[] }): ReactNode {
  const { t } = useTranslation('opsPayoutReviews');
  if (proposals.length === 0) return null;
  const steps = proposals.map((proposal) => ({
    key: proposal.id,
    title: t('history.step', {
      what: t(`way.${proposal.way_out}`),
      state: t(`proposal_state.${proposal.state}`),
    }),
    at: proposal.ended_at ?? proposal.decided_at ?? proposal.proposed_at,
    text: <Words proposal={proposal} />,
    state: SIGN[proposal.state],
  }));
  return (
    <SectionCard title={t('history.title')}>
      <Timeline steps={steps} />
    </SectionCard>
  );
}
