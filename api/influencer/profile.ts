import { checkIin, maskIdentifier, type IdentifierError } from '../../domain/identity/iin';
import { INSTRUMENT_KINDS, PAYABLE_INSTRUMENTS } from '../../domain/payouts/readiness';
import { almatyDate } from '../../domain/time';
import { insertAudit } from '../../store/postgres/audit';
import { constraintOf, SQLSTATE, sqlState } from '../../store/postgres/codes';
import { insertOutbox } from '../../store/postgres/outbox';
import { currentStatus } from '../../store/postgres/payeeStatuses';
import { inTransaction } from '../../store/postgres/pool';
import { lockIin, setIin, updateName } from '../../store/postgres/profile';
import { updateProfile } from '../../store/postgres/users';
import { auditOf } from '../access/audit';
import type { Limit } from '../access/limits';
import { jsonAnswer, type Answer } from '../answer';
import type { ApiDeps } from '../handler';
import type { Reply } from '../reply';
import type { ProblemCode } from '../problem';
import { instrumentOf } from './instrument';
import { readinessOf } from './readiness';
import { statusOf } from './taxStatus';
import { seen, type Seen } from './wall';

async function profileAnswer(deps: ApiDeps, { influencerId, profile }: Seen): Promise<Answer> {
  const [status, readiness] = await Promise.all([
    currentStatus(deps.pool, influencerId),
    readinessOf(deps, influencerId, profile.display_name),
  ]);
  const { iin_sealed: sealed } = profile;
  return jsonAnswer(200, {
    id: influencerId,
    ref: profile.ref,
    name: profile.display_name,
    iin: sealed && maskIdentifier(deps.sealer.open(sealed, influencerId).toString()),
    tax_status: status ? statusOf(status, deps) : null,
    instrument: profile.has_instrument ? instrumentOf(profile, deps) : null,
    instrument_kinds: INSTRUMENT_KINDS.map((kind) => ({
      kind,
      pays: PAYABLE_INSTRUMENTS.includes(kind),
    })),
    readiness,
    created_at: profile.created_at,
  });
}

export const getInfluencerProfile = seen((deps, _call, _viewer, found) =>
  profileAnswer(deps, found),
);

export const updateInfluencerProfile = seen(async (deps, call, viewer, found) => {
  const name = (call.body as { name: string }).name.trim();
  if (name === '')
    return {
      problem: 'body_invalid',
      errors: [{ pointer: '/name', message: 'must not be blank' }],
    };
  await inTransaction(deps.pool, async (sql) => {
    await updateName(sql, found.influencerId, name);
    await updateProfile(sql, viewer.actorId, { name });
    // The names themselves are personal data: the log says that it changed.
    await insertAudit(
      sql,
      auditOf(viewer, call, { action: 'influencer.rename', subjectId: found.influencerId }),
    );
  });
  return profileAnswer(deps, { ...found, profile: { ...found.profile, display_name: name } });
});

/** A number is refused or accepted for good, so whoever tries many of them is guessing somebody else's. */
export const IIN_TRIES: Limit = { name: 'iin', points: 10, seconds: 86_400 };

const IIN_REFUSALS: Readonly<Record<IdentifierError, ProblemCode>> = {
  identifier_not_twelve_digits: 'iin_not_twelve_digits',
  identifier_placeholder: 'iin_check_digit',
  identifier_check_digit: 'iin_check_digit',
  identifier_is_bin: 'iin_is_bin',
  identifier_is_iin: 'iin_is_bin',
};

export const setInfluencerIin = seen(async (deps, call, viewer, { influencerId }) => {
  const { pool, sealer } = deps;
  const today = almatyDate(new Date(deps.now()));
  const checked = checkIin((call.body as { iin: string }).iin, { today });
  if (!checked.ok) return { problem: IIN_REFUSALS[checked.error] };
  const tries = await deps.limits.take(IIN_TRIES, influencerId);
  if (!tries.allowed) return { problem: 'rate_limited', retryAfterSeconds: tries.resetSeconds };
  const { digits, findings } = checked.value;
  const index = sealer.blindIndex(digits, 'influencers.iin');
  const answer = jsonAnswer(200, { iin: maskIdentifier(digits), findings });
  try {
    return await inTransaction(pool, async (sql): Promise<Reply> => {
      const row = await lockIin(sql, influencerId);
      if (row?.index) return row.index.equals(index) ? answer : { problem: 'iin_already_set' };
      const sealed = sealer.seal(Buffer.from(digits), influencerId);
      await setIin(sql, { influencerId, sealed, index, findings });
      await insertOutbox(sql, { topic: 'payee.updated', subjectId: influencerId, payload: {} });
      await insertAudit(
        sql,
        auditOf(viewer, call, {
          action: 'influencer.set_iin',
          subjectId: influencerId,
          after: { findings },
        }),
      );
      return answer;
    });
  } catch (thrown) {
    // Says nothing of whose it is, and the log nothing of which it was.
    const isTaken =
      sqlState(thrown) === SQLSTATE.uniqueViolation &&
      constraintOf(thrown) === 'influencers_iin_index_key';
    if (isTaken) return { problem: 'iin_unusable' };
    throw thrown;
  }
});
