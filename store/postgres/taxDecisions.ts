import type { Sql } from './pool';

/** What one person of ours says of a stated tax status; nothing holds before another has decided. */
export type TaxProposal = {
  readonly id: string;
  readonly decision: 'confirm' | 'refuse';
  readonly evidence: 'kgd' | 'document' | null;
  readonly evidenceRef: string | null;
  readonly expiresAt: Date | null;
  readonly reason: string | null;
  readonly proposedBy: string;
  readonly proposedByName: string | null;
  readonly proposedAt: Date;
};

export type OpenTaxProposal = TaxProposal & { readonly statusId: string };

/** Those of one person's statuses that nobody has decided; with `lock`, none of them is decided meanwhile. */
export async function openTaxProposals(
  sql: Sql,
  influencerId: string,
  lock = false,
): Promise<OpenTaxProposal[]> {
  const { rows } = await sql.query<OpenTaxProposal>(
    `select p.id::text, p.status_id::text as "statusId", p.decision, p.evidence, p.evidence_ref as "evidenceRef",
            p.expires_at as "expiresAt", p.reason, p.proposed_by as "proposedBy", u.name as "proposedByName",
            p.proposed_at as "proposedAt"
       from tax_decisions p
       join payee_statuses s on s.id = p.status_id
       left join users u on u.id = p.proposed_by
      where s.influencer_id = $1 and p.verdict is null ${lock ? 'for update of p' : ''}`,
    [influencerId],
  );
  return rows;
}

export type NewTaxProposal = Pick<
  TaxProposal,
  'decision' | 'evidence' | 'evidenceRef' | 'expiresAt' | 'reason' | 'proposedBy'
> & { readonly statusId: bigint };

/** False when one is open for this status already. */
export async function insertTaxProposal(sql: Sql, proposal: NewTaxProposal): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into tax_decisions (status_id, decision, evidence, evidence_ref, expires_at, reason, proposed_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (status_id) where verdict is null do nothing`,
    [
      proposal.statusId,
      proposal.decision,
      proposal.evidence,
      proposal.evidenceRef,
      proposal.expiresAt,
      proposal.reason,
      proposal.proposedBy,
    ],
  );
  return rowCount === 1;
}

export async function closeTaxProposal(
  sql: Sql,
  id: string,
  verdict: 'approved' | 'refused',
  decidedBy: string,
): Promise<void> {
  await sql.query(
    `update tax_decisions set verdict = $2, decided_by = $3, decided_at = now() where id = $1::bigint and verdict is null`,
    [id, verdict, decidedBy],
  );
}
