import { scopeOf, type Grant, type Role } from '../../domain/access';
import type { Sql } from './pool';

/** Inserts of who takes part. All of them change nothing when the row is there already. */

export async function insertBrand(sql: Sql, brand: { id: string; name: string }): Promise<void> {
  await sql.query('insert into brands (id, name) values ($1, $2) on conflict (id) do nothing', [
    brand.id,
    brand.name,
  ]);
}

export type NewProgramme = {
  readonly id: string;
  readonly brandId: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly clickParam: string;
  readonly confirmation: 'postback' | 'poll' | 'auto';
  readonly orderSource: 'wildberries' | null;
  readonly statusMap: Readonly<Record<string, string>>;
};

export async function insertProgramme(sql: Sql, programme: NewProgramme): Promise<void> {
  await sql.query(
    `insert into programmes (id, brand_id, name, hosts, click_param, confirmation, order_source, status_map)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
    [
      programme.id,
      programme.brandId,
      programme.name,
      programme.hosts,
      programme.clickParam,
      programme.confirmation,
      programme.orderSource,
      JSON.stringify(programme.statusMap),
    ],
  );
}

export type NewTerms = {
  readonly programmeId: string;
  readonly validFrom: Date;
  readonly commissionBps: number;
  readonly platformFeeBps: number;
  readonly holdSeconds: number;
  readonly clickWindowSeconds: number;
};

export async function insertTerms(sql: Sql, terms: NewTerms): Promise<void> {
  await sql.query(
    `insert into programme_terms
            (programme_id, valid_from, commission_bps, platform_fee_bps, hold_seconds, click_window_seconds, hold_from)
     select $1, $2, $3, $4, $5, $6, case p.confirmation when 'poll' then 'delivery' else 'order' end
       from programmes p where p.id = $1
     on conflict (programme_id, valid_from) do nothing`,
    [
      terms.programmeId,
      terms.validFrom,
      terms.commissionBps,
      terms.platformFeeBps,
      terms.holdSeconds,
      terms.clickWindowSeconds,
    ],
  );
}

/** Adds a signing secret unless the programme has a live one. */
export async function insertSecret(sql: Sql, programmeId: string, sealed: Buffer): Promise<void> {
  await sql.query(
    `insert into programme_secrets (programme_id, sealed)
     select $1, $2
      where not exists (select from programme_secrets where programme_id = $1 and retired_at is null)`,
    [programmeId, sealed],
  );
}

export type NewInfluencer = {
  readonly id: string;
  readonly ref: string;
  readonly displayName: string;
  readonly iinSealed: Buffer;
  readonly iinIndex: Buffer;
  readonly instrumentToken: string;
  readonly instrumentLast4: string;
};

export async function insertInfluencer(sql: Sql, influencer: NewInfluencer): Promise<void> {
  await sql.query(
    `insert into influencers (id, ref, display_name, iin_sealed, iin_index, instrument_token, instrument_last4)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
    [
      influencer.id,
      influencer.ref,
      influencer.displayName,
      influencer.iinSealed,
      influencer.iinIndex,
      influencer.instrumentToken,
      influencer.instrumentLast4,
    ],
  );
}

export type NewStatus = {
  readonly influencerId: string;
  readonly regime: string;
  readonly deductionApplies: boolean;
  readonly evidence: 'kgd' | 'document' | 'receipt' | 'declaration' | 'demo';
  readonly evidenceRef: string;
  readonly validFrom: Date;
  readonly expiresAt: Date;
};

export async function insertPayeeStatus(sql: Sql, status: NewStatus): Promise<void> {
  await sql.query(
    `insert into payee_statuses (influencer_id, regime, deduction_applies, evidence, evidence_ref, valid_from, expires_at)
     select $1, $2, $3, $4, $5, $6, $7
      where not exists (select from payee_statuses where influencer_id = $1 and evidence_ref = $5)`,
    [
      status.influencerId,
      status.regime,
      status.deductionApplies,
      status.evidence,
      status.evidenceRef,
      status.validFrom,
      status.expiresAt,
    ],
  );
}

export type NewLink = {
  readonly id: string;
  readonly code: string | null;
  readonly programmeId: string;
  readonly influencerId: string;
  readonly targetUrl: string | null;
};

export async function insertLink(sql: Sql, link: NewLink): Promise<void> {
  await sql.query(
    `insert into links (id, kind, code, programme_id, influencer_id, target_url)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [
      link.id,
      link.code === null ? 'open' : 'short',
      link.code,
      link.programmeId,
      link.influencerId,
      link.targetUrl,
    ],
  );
}

export type NewApiKey = {
  readonly id: string;
  readonly hash: Buffer;
  readonly role: Role;
  readonly grants: readonly Grant[];
  readonly subjectId: string;
  readonly label: string;
  /** First characters of the key, to tell keys apart in a list. */
  readonly hint: string;
  readonly createdBy: string | null;
};

export async function insertApiKey(sql: Sql, key: NewApiKey): Promise<void> {
  await sql.query(
    `insert into api_keys (id, key_hash, scope, role, grants, subject_id, label, key_hint, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`,
    [
      key.id,
      key.hash,
      scopeOf(key.role),
      key.role,
      key.grants,
      key.subjectId,
      key.label,
      key.hint,
      key.createdBy,
    ],
  );
}
