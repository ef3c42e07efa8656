import { formatTenge, type Tiyn } from '../../domain/money';
import { EXPIRY_NOTICE_MS } from '../../domain/notices';
import type { PayeeGap } from '../../domain/payouts/reasons';
import { REGIME_NAMES } from '../../domain/tax/names';
import {
  isOpenRegime,
  TAX_OPTION_TEXTS,
  taxOptions,
  type OpenRegime,
  type TaxExample,
  type TaxOption,
} from '../../domain/tax/options';
import { PARAMETER_SET_VERSION } from '../../domain/tax/parameters';
import type { Regime } from '../../domain/tax/regime';
import { almatyDate } from '../../domain/time';
import { insertAudit } from '../../store/postgres/audit';
import { insertNotice, withdrawExpiryNotices } from '../../store/postgres/notices';
import { insertOutbox } from '../../store/postgres/outbox';
import {
  currentStatus,
  insertDeclaredStatus,
  lockPayee,
  type DeclaredStatus,
  type PayeeStatus,
} from '../../store/postgres/payeeStatuses';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { ApiDeps } from '../handler';
import { codedProblem, taxLine } from './words';
import { seen } from './wall';

/** What tax options are shown on, and the fee of a programme that says nothing else. */
const EXAMPLE_COMMISSION: Tiyn = 100_000n;
const PLATFORM_FEE_BPS = 2_000;
/** A declaration is asked for anew every year. */
const DECLARATION_MS = 365 * 86_400_000;

const example = (of: TaxExample | null): unknown =>
  of && {
    lines: of.lines.map(taxLine),
    withheld: formatTenge(of.withheld),
    net: formatTenge(of.net),
  };

const option = (of: TaxOption): unknown => {
  const { facts, proof, proofText } = TAX_OPTION_TEXTS[of.regime];
  return {
    regime: of.regime,
    name: REGIME_NAMES[of.regime],
    facts,
    proof,
    proof_text: proofText,
    example: example(of.example),
    with_deduction: example(of.withDeduction),
    unavailable: of.unavailable,
  };
};

function optionsToday({ mode, now, influencers }: ApiDeps): ReturnType<typeof taxOptions> {
  const { taxBaseMode } = influencers;
  return taxOptions({
    mode,
    date: almatyDate(new Date(now())),
    commission: EXAMPLE_COMMISSION,
    platformFeeBps: PLATFORM_FEE_BPS,
    ...(taxBaseMode && { baseMode: taxBaseMode }),
  });
}

export const listTaxOptions = seen((deps) => {
  const { fee, options } = optionsToday(deps);
  return Promise.resolve(
    jsonAnswer(200, {
      date: almatyDate(new Date(deps.now())),
      parameter_set_version: PARAMETER_SET_VERSION,
      commission: formatTenge(EXAMPLE_COMMISSION),
      platform_fee: formatTenge(fee),
      after_fee: formatTenge(EXAMPLE_COMMISSION - fee),
      options: options.map(option),
    }),
  );
});

export function statusOf(status: PayeeStatus, { now }: Pick<ApiDeps, 'now'>): unknown {
  const expired = status.expires_at.getTime() <= now();
  const gap: PayeeGap | undefined =
    status.state === 'pending' ? 'tax_status_pending' : expired ? 'tax_status_expired' : undefined;
  return {
    regime: status.regime,
    name: REGIME_NAMES[status.regime as Regime],
    state: status.state === 'pending' ? 'pending' : expired ? 'expired' : 'confirmed',
    deduction_applies: status.deduction_applies,
    evidence: status.evidence,
    since: status.valid_from,
    expires_at: status.expires_at,
    missing: gap ? codedProblem(gap) : null,
  };
}

type Input = {
  readonly regime: OpenRegime;
  readonly deduction_applies?: boolean;
  readonly registration_number?: string;
};

function declaredOf(influencerId: string, input: Input, nowMs: number): DeclaredStatus {
  const { regime } = input;
  const counts = TAX_OPTION_TEXTS[regime].proof === 'declaration';
  return {
    influencerId,
    regime,
    state: counts ? 'confirmed' : 'pending',
    deductionApplies: input.deduction_applies ?? false,
    evidence: regime === 'demo_flat_10' ? 'demo' : 'declaration',
    evidenceRef: input.registration_number ?? 'declared in the app',
    expiresAt: new Date(nowMs + DECLARATION_MS),
  };
}

/** The same again, with nothing to renew yet: a second tap must not send a confirmed status back to pending. */
function isRepeat(status: PayeeStatus | undefined, wanted: DeclaredStatus, nowMs: number): boolean {
  if (!status || status.regime !== wanted.regime) return false;
  if (status.deduction_applies !== wanted.deductionApplies) return false;
  const isNewNumber = status.state === 'pending' && status.evidence_ref !== wanted.evidenceRef;
  return !isNewNumber && status.expires_at.getTime() - nowMs > EXPIRY_NOTICE_MS;
}

/** Tells the person what their status is now, and announces its end; money that waits for it moves at once. */
export async function announceStatus(
  sql: Sql,
  status: PayeeStatus,
  code: 'tax_status_pending' | 'tax_status_confirmed' | 'tax_status_rejected',
): Promise<void> {
  const { influencer_id: influencerId, regime } = status;
  await withdrawExpiryNotices(sql, influencerId);
  await insertNotice(sql, { influencerId, code, params: { regime } });
  if (code === 'tax_status_confirmed') {
    await insertNotice(sql, {
      influencerId,
      code: 'tax_status_expiring',
      params: { regime, date: almatyDate(status.expires_at) },
      at: new Date(status.expires_at.getTime() - EXPIRY_NOTICE_MS),
    });
  }
  await insertOutbox(sql, { topic: 'payee.updated', subjectId: influencerId, payload: {} });
}

export const setTaxStatus = seen(async (deps, call, viewer, { influencerId }) => {
  const input = call.body as Input;
  const unavailable = optionsToday(deps).options.find(({ regime }) => regime === input.regime);
  if (!isOpenRegime(input.regime, deps.mode) || !unavailable)
    return { problem: 'regime_not_available' };
  if (unavailable.unavailable !== null) return { problem: 'tax_parameter_missing' };
  if (input.deduction_applies === true && input.regime !== 'individual_gph')
    return {
      problem: 'body_invalid',
      errors: [{ pointer: '/deduction_applies', message: 'is for individual_gph only' }],
    };
  const wanted = declaredOf(influencerId, input, deps.now());
  const status = await inTransaction(deps.pool, async (sql) => {
    await lockPayee(sql, influencerId);
    const before = await currentStatus(sql, influencerId);
    if (before && isRepeat(before, wanted, deps.now())) return before;
    const after = await insertDeclaredStatus(sql, wanted);
    await announceStatus(
      sql,
      after,
      after.state === 'pending' ? 'tax_status_pending' : 'tax_status_confirmed',
    );
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'influencer.set_tax_status',
        subjectId: influencerId,
        before: { regime: before?.regime ?? null, state: before?.state ?? null },
        after: { regime: after.regime, state: after.state, deduction: after.deduction_applies },
      }),
    );
    return after;
  });
  return jsonAnswer(200, statusOf(status, deps));
});
