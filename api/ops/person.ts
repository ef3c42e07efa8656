import type { Sealer } from '../../store/postgres/sealing';
import { insertAudit } from '../../store/postgres/audit';
import { readPayeeBalance, type PayeeBalance } from '../../store/postgres/balances';
import { insertNotice } from '../../store/postgres/notices';
import { listOpsConversions } from '../../store/postgres/opsConversions';
import {
  findPerson,
  listPersonPayouts,
  listTaxStatuses,
  stopInstrument as stopPaying,
  type PersonPayoutRow,
  type TaxStatusRow,
} from '../../store/postgres/opsPeople';
import { listFlags } from '../../store/postgres/reviewFlags';
import { openTaxProposals, type OpenTaxProposal } from '../../store/postgres/taxDecisions';
import { formatTenge, tengeOrNull } from '../../domain/money';
import { errorText, type Logger } from '../../telemetry/logger';
import { payoutWorkflowId } from '../../workflows/contract';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { opsConversionShape } from './conversions';
import { maskIin, maskPhone } from './masking';
import { flagShape } from './reviewFlags';
import { actor, payoutWhy } from './shapes';
import { workflowUrl, type OpsSide } from './side';

const SHOWN_STATUSES = 20;
const SHOWN_PAYOUTS = 10;
const SHOWN_CONVERSIONS = 10;

/** Unsealed only to be masked. A seal that does not open is a matter for engineers, not a reason to show nothing. */
function masked(
  sealed: Buffer | null,
  rowId: string | null,
  mask: (plain: string) => string,
  { sealer, log }: { readonly sealer: Sealer; readonly log: Logger },
): string | null {
  if (sealed === null || rowId === null) return null;
  try {
    return mask(sealer.open(sealed, rowId).toString());
  } catch (thrown) {
    log.error({ error: errorText(thrown) }, 'a sealed value of a person does not open');
    return null;
  }
}

const taxStatusShape = (row: TaxStatusRow): unknown => ({
  regime: row.regime,
  deduction_applies: row.deduction_applies,
  evidence: row.evidence,
  evidence_ref: row.evidence_ref,
  valid_from: row.valid_from,
  expires_at: row.expires_at,
  expired: row.expired,
});

const CLAIM_STATE = { pending: 'pending', confirmed: 'confirmed', rejected: 'refused' } as const;

const proposalShape = (proposal: OpenTaxProposal): unknown => ({
  id: proposal.id,
  decision: proposal.decision,
  evidence: proposal.evidence,
  evidence_ref: proposal.evidenceRef,
  expires_at: proposal.expiresAt,
  reason: proposal.reason,
  by: actor(proposal.proposedBy, proposal.proposedByName),
  at: proposal.proposedAt,
});

/** What was stated, what became of it, and while it waits what somebody proposes. */
export function claimShape(row: TaxStatusRow, proposals: readonly OpenTaxProposal[]): unknown {
  const proposal =
    row.state === 'pending' && proposals.find(({ statusId }) => statusId === String(row.id));
  return { ...statedShape(row), proposal: proposal ? proposalShape(proposal) : null };
}

const statedShape = (row: TaxStatusRow): object => ({
  id: String(row.id),
  regime: row.regime,
  state: CLAIM_STATE[row.state],
  evidence: row.evidence_ref,
  created_at: row.created_at,
  decided_at: row.decided_at,
  decided_by: row.decided_by === null ? null : actor(row.decided_by, row.decided_by_name),
  decision_reason: row.decision_reason,
});

function taxShape(rows: readonly TaxStatusRow[], proposals: readonly OpenTaxProposal[]): unknown {
  const confirmed = rows.filter((row) => row.state === 'confirmed');
  const claims = rows.filter((row) => row.state === 'pending' || row.decided_at !== null);
  return {
    current: confirmed[0] ? taxStatusShape(confirmed[0]) : null,
    history: confirmed.map(taxStatusShape),
    claims: claims.map((row) => claimShape(row, proposals)),
  };
}

const payoutShape = (row: PersonPayoutRow, ops: OpsSide): unknown => ({
  id: row.id,
  batch_id: row.batch_id,
  state: row.state,
  reason: payoutWhy(row.reason_code),
  amount: formatTenge(row.amount_tiyn),
  net: tengeOrNull(row.net_tiyn),
  created_at: row.created_at,
  settled_at: row.settled_at,
  workflow_url: row.has_workflow ? workflowUrl(ops, payoutWorkflowId(row.id)) : null,
});

const balanceShape = (influencerId: string, balance: PayeeBalance): unknown => ({
  influencer_id: influencerId,
  currency: 'KZT',
  held: formatTenge(balance.held),
  available: formatTenge(balance.available),
  reserved: formatTenge(balance.reserved),
  debt: formatTenge(balance.debt),
  paid: formatTenge(balance.paid),
  withheld: formatTenge(balance.withheld),
});

export const getPerson: Handler = async (deps, { params }, viewer) => {
  const { pool, ops } = deps;
  const id = params['influencerId'] ?? '';
  const [person, balance] = await Promise.all([findPerson(pool, id), readPayeeBalance(pool, id)]);
  if (!person || !balance) return { problem: 'influencer_not_found' };
  const [statuses, proposals, flags, payouts, conversions] = await Promise.all([
    listTaxStatuses(pool, id, SHOWN_STATUSES),
    openTaxProposals(pool, id),
    listFlags(pool, id),
    listPersonPayouts(pool, id, SHOWN_PAYOUTS),
    listOpsConversions(pool, {
      key: { by: 'influencer', id },
      state: undefined,
      from: undefined,
      to: undefined,
      limit: SHOWN_CONVERSIONS,
      after: undefined,
    }),
  ]);
  return jsonAnswer(200, {
    id: person.id,
    ref: person.ref,
    display_name: person.display_name,
    phone_masked: masked(person.phone_sealed, person.user_id, maskPhone, deps),
    iin_masked: masked(person.iin_sealed, person.id, maskIin, deps),
    locale: person.locale,
    sign_in_disabled: person.sign_in_disabled,
    created_at: person.created_at,
    tax: taxShape(statuses, proposals),
    instrument: person.has_instrument
      ? { last4: person.instrument_last4, stopped_at: person.instrument_stopped_at }
      : null,
    balance: balanceShape(id, balance),
    flags: flags.map(flagShape),
    payouts: payouts.map((row) => payoutShape(row, ops)),
    conversions: conversions
      .slice(0, SHOWN_CONVERSIONS)
      .map((row) => opsConversionShape(row, viewer, ops)),
  });
};

/** Nothing more goes to this card or IBAN; the person is told and can give another one. */
export const stopInstrument: Handler = async ({ pool, payouts }, call, viewer) => {
  const id = call.params['influencerId'] ?? '';
  const { reason } = call.body as { reason: string };
  if (!(await findPerson(pool, id))) return { problem: 'influencer_not_found' };
  const stopped = await payouts.changeDestination(id, async (sql) => {
    const now = await stopPaying(sql, id);
    if (now && !now.wasStopped) {
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'instrument.stop',
          subjectId: id,
          after: { last4: now.last4, reason },
        }),
      );
      await insertNotice(sql, {
        influencerId: id,
        code: 'instrument_stopped',
        params: { last4: now.last4 ?? '' },
      });
    }
    return now;
  });
  if (!stopped) return { problem: 'instrument_missing' };
  return jsonAnswer(200, { last4: stopped.last4, stopped_at: stopped.stoppedAt });
};
