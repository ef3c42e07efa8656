import { Checkbox, NativeSelect, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { almatyDay } from '../../../ui/format/dates';
import { dayEnd } from '../parts/days';
import { MoneyOutcome } from '../parts/MoneyOutcome';
import { isReason, ReasonField } from '../parts/ReasonField';
import type { Schema } from '../types';
import type { useTaxProposal } from './usePerson';

export type ClaimDialogProps = {
  readonly claim: Schema<'TaxClaim'>;
  readonly decision: ReturnType<typeof useTaxProposal>;
  readonly onClose: () => void;
};

/** The API's bound of `expires_at`. */
const LONGEST_MS = 400 * 86_400_000;

type Evidence = 'kgd' | 'document';

type Proof = {
  readonly evidence: Evidence;
  readonly ref: string;
  /** Last day it holds, `YYYY-MM-DD` of Almaty. */
  readonly until: string;
  readonly deduction: boolean;
};

function decisionOf(claimId: string, proof: Proof): Schema<'TaxStatusProposal'> | null {
  const expires_at = dayEnd(proof.until);
  const ref = proof.ref.trim();
  if (expires_at === undefined || ref.length < 3) return null;
  return {
    status_id: claimId,
    decision: 'confirm',
    evidence: proof.evidence,
    evidence_ref: ref,
    expires_at,
    deduction_applies: proof.deduction,
  };
}

function ProofFields(props: { proof: Proof; onChange: (proof: Proof) => void }): ReactNode {
  const { proof, onChange } = props;
  const { t } = useTranslation('opsPeople');
  const [today] = useState(() => new Date());
  return (
    <>
      <NativeSelect
        label={t('claim.proof')}
        value={proof.evidence}
        data={(['kgd', 'document'] as const).map((value) => ({
          value,
          label: t(`evidence.${value}`),
        }))}
        onChange={(event) =>
          onChange({
            ...proof,
            evidence: event.currentTarget.value === 'document' ? 'document' : 'kgd',
          })
        }
      />
      <TextInput
        label={t('claim.ref')}
        description={t('claim.ref_hint')}
        required
        maxLength={200}
        value={proof.ref}
        onChange={(event) => onChange({ ...proof, ref: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('claim.until')}
        description={t('claim.until_hint')}
        required
        min={almatyDay(today)}
        max={almatyDay(new Date(today.getTime() + LONGEST_MS - 86_400_000))}
        value={proof.until}
        onChange={(event) => onChange({ ...proof, until: event.currentTarget.value })}
      />
      <Checkbox
        label={t('claim.deduction')}
        checked={proof.deduction}
        onChange={(event) => onChange({ ...proof, deduction: event.currentTarget.checked })}
      />
    </>
  );
}

/** Proposes to confirm with the proof a colleague can find again, and the day it stops to hold. */
export function ConfirmClaimDialog({ claim, decision, onClose }: ClaimDialogProps): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  const [proof, setProof] = useState<Proof>({
    evidence: 'kgd',
    ref: '',
    until: '',
    deduction: false,
  });
  const body = decisionOf(claim.id, proof);
  const regime = t(`regime.${claim.regime}`, { ns: 'ops' });
  return (
    <ConfirmDialog
      opened
      title={t('claim.confirm_title')}
      confirmLabel={t('claim.confirm')}
      pending={decision.pending}
      disabled={body === null || decision.unknown}
      onConfirm={() => body && decision.submit(body)}
      onClose={onClose}
    >
      <Text size="sm">{t('claim.confirm_text', { regime })}</Text>
      <ProofFields proof={proof} onChange={setProof} />
      <MoneyOutcome of={decision} />
    </ConfirmDialog>
  );
}

export function RefuseClaimDialog({ claim, decision, onClose }: ClaimDialogProps): ReactNode {
  const { t } = useTranslation(['opsPeople', 'ops']);
  const [reason, setReason] = useState('');
  return (
    <ConfirmDialog
      opened
      danger
      title={t('claim.refuse_title')}
      confirmLabel={t('claim.refuse')}
      pending={decision.pending}
      disabled={!isReason(reason) || decision.unknown}
      onConfirm={() =>
        decision.submit({ status_id: claim.id, decision: 'refuse', reason: reason.trim() })
      }
      onClose={onClose}
    >
      <Text size="sm">{t('claim.refuse_text')}</Text>
      <ReasonField value={reason} onChange={setReason} />
      <MoneyOutcome of={decision} />
    </ConfirmDialog>
  );
}
