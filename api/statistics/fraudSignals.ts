import { programmeIdsOf } from '../../store/postgres/brandProgrammes';
import { jsonAnswer } from '../answer';
import { brandOf } from '../brand/scope';
import type { Call, Handler } from '../handler';
import { describeSignals, findSignals, payeeSignals } from './signals';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;

const sinceOf = (query: Call['query'], nowMs: number): Date =>
  new Date(nowMs - Number(query.get('days') ?? DEFAULT_DAYS) * DAY_MS);

/** Of the brand's own programmes; influencers as the brand knows them. */
export const listBrandFraudSignals: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const programmeId = call.query.get('programme_id');
  const since = sinceOf(call.query, deps.now());
  const programmeIds = await programmeIdsOf(deps.pool, viewer, brand.value, programmeId);
  const scope = { viewer, brandId: brand.value, programmeId, influencerId: undefined, since };
  const { signals, clicksKnown } = await findSignals(deps, scope, programmeIds);
  return jsonAnswer(200, {
    since: since.toISOString(),
    clicks_known: clicksKnown,
    items: await describeSignals(deps, scope, signals),
  });
};

export const listFraudSignals: Handler = async (deps, call, viewer) => {
  const since = sinceOf(call.query, deps.now());
  const influencerId = call.query.get('influencer_id');
  const code = call.query.get('code');
  const scope = { viewer, brandId: undefined, programmeId: undefined, influencerId, since };
  const [{ signals, clicksKnown }, payees] = await Promise.all([
    findSignals(deps, scope, undefined),
    payeeSignals(deps, since, influencerId),
  ]);
  const all = [...signals, ...payees].filter((one) => code === undefined || one.code === code);
  return jsonAnswer(200, {
    since: since.toISOString(),
    clicks_known: clicksKnown,
    items: await describeSignals(deps, scope, all),
  });
};
