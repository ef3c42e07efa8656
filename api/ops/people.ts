import { formatTenge } from '../../domain/money';
import { mobilePhone } from '../../domain/identity/phone';
import { insertAudit } from '../../store/postgres/audit';
import {
  findPeopleByIndex,
  listPeople as readPeople,
  type PersonRow,
} from '../../store/postgres/opsPeople';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Handler } from '../handler';
import { pageOf } from '../page';
import { readTimePage } from './timePage';

const rowShape = (row: PersonRow): unknown => ({
  id: row.id,
  ref: row.ref,
  display_name: row.display_name,
  regime: row.regime,
  regime_expires_at: row.regime_expires_at,
  tax_claim_pending: row.tax_claim_pending,
  instrument_last4: row.instrument_last4,
  instrument_stopped: row.instrument_stopped,
  held: formatTenge(row.held_tiyn),
  available: formatTenge(row.available_tiyn),
  open_payout:
    row.open_payout_id === null ? null : { id: row.open_payout_id, state: row.open_payout_state },
  flags: row.flags,
  created_at: row.created_at,
});

export const listPeople: Handler = async ({ pool }, { query }) => {
  const page = readTimePage(query);
  if (!page.ok) return page.error;
  const rows = await readPeople(pool, {
    query: query.get('query'),
    flag: query.get('flag'),
    hasPendingClaim: query.get('tax_claim') === 'pending',
    ...page.value,
  });
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.created_key, row.id], rowShape),
  );
};

type Wanted = { readonly phone: string } | { readonly iin: string };

/** Undefined for a number that cannot be anybody's: nobody has it. */
function indexOf(
  { sealer }: ApiDeps,
  wanted: Wanted,
): { readonly by: 'phone' | 'iin'; readonly index: Buffer } | undefined {
  if ('iin' in wanted)
    return { by: 'iin', index: sealer.blindIndex(wanted.iin, 'influencers.iin') };
  const phone = mobilePhone(wanted.phone);
  return phone === undefined
    ? undefined
    : { by: 'phone', index: sealer.blindIndex(phone, 'users.phone') };
}

/** Who looked a person up by a number, and whom they found, is kept; the number is not. */
export const searchPeople: Handler = async (deps, call, viewer) => {
  const wanted = call.body as Wanted;
  const key = indexOf(deps, wanted);
  const rows = await inTransaction(deps.pool, async (sql) => {
    const found = key ? await findPeopleByIndex(sql, key) : [];
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'person.search',
        subjectId: found[0]?.id ?? 'nobody',
        after: { by: 'iin' in wanted ? 'iin' : 'phone', found: found.length },
      }),
    );
    return found;
  });
  return jsonAnswer(200, { items: rows.map(rowShape) });
};
