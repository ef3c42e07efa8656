import { err, ok, type Result } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import { findProgramme } from '../../store/postgres/brandProgrammes';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import {
  insertFutureTerms,
  latestPlatformFee,
  listTerms,
  termsStartAt,
  type HoldFrom,
  type ProgrammeTerms,
} from '../../store/postgres/programmeTerms';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import type { Refusal } from '../reply';
import { pageOf } from '../page';
import { orRefusal, Refused } from './programmeInput';
import { programmeOf, readTypedPage } from './scope';

/** The platform's part of the commission until the platform sets another for the programme (design.md §4). */
export const PLATFORM_FEE_BPS = 2_000;

export const termsView = (terms: ProgrammeTerms): Record<string, unknown> => ({
  valid_from: terms.valid_from,
  state: terms.state,
  commission_bps: terms.commission_bps,
  platform_fee_bps: terms.platform_fee_bps,
  hold_seconds: terms.hold_seconds,
  click_window_seconds: terms.click_window_seconds,
  hold_from: terms.hold_from,
});

export type TermsInput = {
  readonly valid_from?: string;
  readonly commission_bps: number;
  readonly hold_days: number;
  readonly click_window_days: number;
  readonly hold_from?: HoldFrom;
};

const DAY_SECONDS = 86_400;

/** The caller holds the programme's row, so that two people's terms come one after the other. */
export async function addTerms(
  sql: Sql,
  programmeId: string,
  input: TermsInput,
  platformFeeBps: number,
): Promise<Result<ProgrammeTerms, Refusal>> {
  const validFrom = input.valid_from === undefined ? undefined : new Date(input.valid_from);
  const made = await insertFutureTerms(sql, {
    programmeId,
    validFrom,
    commissionBps: input.commission_bps,
    platformFeeBps,
    holdSeconds: input.hold_days * DAY_SECONDS,
    clickWindowSeconds: input.click_window_days * DAY_SECONDS,
    holdFrom: input.hold_from,
  });
  if (made) return ok(made);
  const taken = validFrom === undefined || (await termsStartAt(sql, programmeId, validFrom));
  return err({ problem: taken ? 'terms_exist' : 'terms_in_past' });
}

export const listProgrammeTerms: Handler = async (deps, call, viewer) => {
  const programme = await programmeOf(deps, call, viewer);
  if (!programme.ok) return programme.error;
  const page = readTypedPage(call.query, ['time']);
  if (!page.ok) return page.error;
  const rows = await listTerms(deps.pool, programme.value.id, page.value);
  return jsonAnswer(
    200,
    pageOf(rows, page.value, (row) => [row.valid_from.toISOString()], termsView),
  );
};

/** A date that the schema lets through and the calendar does not, or one the database cannot hold. */
const isMoment = (text: string): boolean => {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && ms < Date.parse('2100-01-01T00:00:00Z');
};

export const createProgrammeTerms: Handler = async (deps, call, viewer) => {
  const input = call.body as TermsInput;
  const work = inTransaction(deps.pool, async (sql) => {
    const id = call.params['programmeId'] ?? '';
    const programme = await findProgramme(sql, viewer, id, true);
    if (!programme) throw new Refused({ problem: 'programme_not_found' });
    if (programme.state === 'ended') throw new Refused({ problem: 'programme_ended' });
    if (input.valid_from !== undefined && !isMoment(input.valid_from))
      throw new Refused({
        problem: 'body_invalid',
        errors: [{ pointer: '/valid_from', message: 'is not a moment before the year 2100' }],
      });
    const fee = await latestPlatformFee(sql, id);
    if (fee === undefined) throw new Refused({ problem: 'terms_missing' });
    const made = await addTerms(sql, id, input, fee);
    if (!made.ok) throw new Refused(made.error);
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'programme_terms.add',
        subjectId: id,
        after: termsView(made.value),
      }),
    );
    const answer = jsonAnswer(201, termsView(made.value));
    await call.claim?.store(sql, answer);
    return answer;
  });
  return orRefusal(work);
};
