import type { InstrumentKind } from '../../domain/payouts/readiness';
import type { Sql } from './pool';
import type { Tenant } from './tenant';

export type ProfileRow = {
  readonly id: string;
  readonly ref: string;
  readonly display_name: string;
  readonly iin_sealed: Buffer | null;
  readonly has_instrument: boolean;
  readonly instrument_kind: InstrumentKind;
  readonly instrument_last4: string | null;
  readonly instrument_brand: string | null;
  readonly instrument_bank: string | null;
  readonly instrument_set_at: Date | null;
  readonly instrument_stopped_at: Date | null;
  readonly created_at: Date;
};

/** undefined behind the wall and when there is nobody. */
export async function findProfile(
  sql: Sql,
  viewer: Tenant,
  influencerId: string,
): Promise<ProfileRow | undefined> {
  const { rows } = await sql.query<ProfileRow>(
    `select id, ref, display_name, iin_sealed,
            instrument_token is not null or instrument_sealed is not null as has_instrument,
            instrument_kind, instrument_last4, instrument_brand, instrument_bank, instrument_set_at,
            instrument_stopped_at, created_at
       from influencers
      where id = $1 and ($2::text = 'ops' or ($2::text = 'influencer' and id = $3::text))`,
    [influencerId, viewer.scope, viewer.subjectId],
  );
  return rows[0];
}

export async function updateName(sql: Sql, influencerId: string, name: string): Promise<void> {
  await sql.query('update influencers set display_name = $2 where id = $1', [influencerId, name]);
}

/** The row's IIN index under its lock, so that two first IINs at once are one and one refusal. */
export async function lockIin(
  sql: Sql,
  influencerId: string,
): Promise<{ readonly index: Buffer | null } | undefined> {
  const { rows } = await sql.query<{ index: Buffer | null }>(
    'select iin_index as index from influencers where id = $1 for no key update',
    [influencerId],
  );
  return rows[0];
}

/** Throws the unique violation of influencers_iin_index_key when somebody has this number already. */
export async function setIin(
  sql: Sql,
  iin: {
    readonly influencerId: string;
    readonly sealed: Buffer;
    readonly index: Buffer;
    readonly findings: readonly string[];
  },
): Promise<void> {
  await sql.query(
    'update influencers set iin_sealed = $2, iin_index = $3, iin_findings = $4 where id = $1 and iin_index is null',
    [iin.influencerId, iin.sealed, iin.index, iin.findings],
  );
}

/** Since when the card or IBAN is what it is; null when it was there from the beginning. */
export async function instrumentSince(sql: Sql, influencerId: string): Promise<Date | null> {
  const { rows } = await sql.query<{ since: Date | null }>(
    'select instrument_set_at as since from influencers where id = $1',
    [influencerId],
  );
  return rows[0]?.since ?? null;
}

export type NewInstrument = {
  readonly influencerId: string;
  readonly kind: InstrumentKind;
  /** The provider's token of a card; null for an account. */
  readonly token: string | null;
  /** The sealed IBAN; null for a card. */
  readonly sealed: Buffer | null;
  readonly last4: string;
  readonly brand: string | null;
  readonly bank: string | null;
};

/** Replaces whatever was there; a stop of the old one does not hold for the new one. */
export async function setInstrument(sql: Sql, instrument: NewInstrument): Promise<void> {
  await sql.query(
    `update influencers
        set instrument_kind = $2, instrument_token = $3, instrument_sealed = $4, instrument_last4 = $5,
            instrument_brand = $6, instrument_bank = $7, instrument_set_at = now(), instrument_stopped_at = null
      where id = $1`,
    [
      instrument.influencerId,
      instrument.kind,
      instrument.token,
      instrument.sealed,
      instrument.last4,
      instrument.brand,
      instrument.bank,
    ],
  );
}
