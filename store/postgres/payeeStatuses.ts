import type { Sql } from './pool';

export type StatusState = 'confirmed' | 'pending' | 'rejected';

export type PayeeStatus = {
  readonly id: bigint;
  readonly influencer_id: string;
  readonly regime: string;
  readonly state: StatusState;
  readonly deduction_applies: boolean;
  readonly evidence: 'kgd' | 'document' | 'receipt' | 'declaration' | 'demo';
  readonly evidence_ref: string;
  readonly valid_from: Date;
  readonly expires_at: Date;
};

const COLUMNS = `s.id, s.influencer_id, s.regime, s.state, s.deduction_applies, s.evidence, s.evidence_ref, s.valid_from, s.expires_at`;

/** The newest status that was not rejected: what the person is taxed by, or waits with. */
export async function currentStatus(
  sql: Sql,
  influencerId: string,
): Promise<PayeeStatus | undefined> {
  const { rows } = await sql.query<PayeeStatus>(
    `select ${COLUMNS} from payee_statuses s
      where influencer_id = $1 and valid_from <= clock_timestamp() and state <> 'rejected'
      order by valid_from desc, id desc limit 1`,
    [influencerId],
  );
  return rows[0];
}

export type DeclaredStatus = {
  readonly influencerId: string;
  readonly regime: string;
  readonly state: 'confirmed' | 'pending';
  readonly deductionApplies: boolean;
  readonly evidence: 'declaration' | 'demo';
  readonly evidenceRef: string;
  readonly expiresAt: Date;
};

/** In force from this moment, by the database's clock: a later declaration always comes after. */
export async function insertDeclaredStatus(sql: Sql, status: DeclaredStatus): Promise<PayeeStatus> {
  const { rows } = await sql.query<PayeeStatus>(
    `insert into payee_statuses as s (influencer_id, regime, state, deduction_applies, evidence, evidence_ref, valid_from, expires_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp(), $7) returning ${COLUMNS}`,
    [
      status.influencerId,
      status.regime,
      status.state,
      status.deductionApplies,
      status.evidence,
      status.evidenceRef,
      status.expiresAt,
    ],
  );
  return rows[0]!;
}

export type StatusDecision = {
  readonly statusId: string;
  readonly state: 'confirmed' | 'rejected';
  readonly decidedBy: string;
  /** What was seen, and where: the answer's id, the document's, the receipt's. Kept when rejected. */
  readonly evidence?: 'kgd' | 'document' | 'receipt';
  readonly evidenceRef?: string;
  readonly expiresAt?: Date;
};

/** A person of ours saw the evidence, or saw that there is none. undefined when it is pending no more. */
export async function decideStatus(
  sql: Sql,
  decision: StatusDecision,
): Promise<PayeeStatus | undefined> {
  const { rows } = await sql.query<PayeeStatus>(
    `update payee_statuses s
        set state = $2, decided_by = $3, decided_at = now(), evidence = coalesce($4, evidence),
            evidence_ref = coalesce($5, evidence_ref), expires_at = coalesce($6::timestamptz, expires_at)
      where id = $1::bigint and state = 'pending'
     returning ${COLUMNS}`,
    [
      decision.statusId,
      decision.state,
      decision.decidedBy,
      decision.evidence ?? null,
      decision.evidenceRef ?? null,
      decision.expiresAt ?? null,
    ],
  );
  return rows[0];
}

/** Registrations that wait for ops, oldest first, with whose they are. */
export async function pendingStatuses(
  sql: Sql,
  limit: number,
): Promise<(PayeeStatus & { readonly display_name: string })[]> {
  const { rows } = await sql.query<PayeeStatus & { display_name: string }>(
    `select ${COLUMNS}, i.display_name
       from payee_statuses s join influencers i on i.id = s.influencer_id
      where s.state = 'pending' order by s.created_at, s.id limit $1`,
    [limit],
  );
  return rows;
}

/** One declaration at a time: two taps are one status. */
export async function lockPayee(sql: Sql, influencerId: string): Promise<void> {
  await sql.query('select from influencers where id = $1 for no key update', [influencerId]);
}
