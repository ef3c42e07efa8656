import { err, ok, type Result } from '../../domain/result';
import { tableStyle } from '../../files/writeTable';
import type { StatisticsCut } from '../../store/clickhouse/statistics';
import { programmeIdsOf } from '../../store/postgres/brandProgrammes';
import { languageOf, type Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import { brandOf } from '../brand/scope';
import type { ApiDeps, Call, Handler } from '../handler';
import type { Refusal } from '../reply';
import { statisticsOf, type Question } from './clickStatistics';
import { IN_FILE, SHOWN } from './influencer';
import { periodFor } from './period';
import { csvAnswer } from './statisticsCsv';

/** Clicks on links of the brand's own programmes, whoever shared them. */
async function questionOf(
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  most: number,
): Promise<Result<Question, Refusal>> {
  const { query } = call;
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return err(brand.error);
  const cut = (query.get('group_by') ?? 'day') as StatisticsCut;
  const period = periodFor(query, cut, deps.now());
  if (!period.ok) return period;
  const only = query.get('programme_id');
  const programmeIds = await programmeIdsOf(deps.pool, viewer, brand.value, only);
  const scope = { programmeIds, influencerId: query.get('influencer_id') };
  return ok({ viewer, scope, cut, period: period.value, most });
}

export const getBrandClickStatistics: Handler = async (deps, call, viewer) => {
  const question = await questionOf(deps, call, viewer, SHOWN);
  if (!question.ok) return question.error;
  const { cut, period } = question.value;
  const statistics = await statisticsOf(deps, question.value);
  return jsonAnswer(200, { from: period.from, to: period.to, group_by: cut, ...statistics });
};

export const exportBrandClickStatistics: Handler = async (deps, call, viewer) => {
  const question = await questionOf(deps, call, viewer, IN_FILE);
  if (!question.ok) return question.error;
  const statistics = await statisticsOf(deps, question.value);
  if (!statistics.clicks_known) return { problem: 'store_unavailable', retryAfterSeconds: 5 };
  return csvAnswer(statistics, {
    byShop: false,
    byReason: question.value.cut === 'reason',
    language: languageOf(call, viewer),
    style: tableStyle(call.query.get('table')),
  });
};
