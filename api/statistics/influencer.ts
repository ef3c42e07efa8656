import { err, ok, type Result } from '../../domain/result';
import { tableStyle } from '../../files/writeTable';
import type { StatisticsCut } from '../../store/clickhouse/statistics';
import { numberOfLink, ordersByProgramme } from '../../store/postgres/clickNames';
import { languageOf, type Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call } from '../handler';
import type { Refusal, Reply } from '../reply';
import { seen } from '../influencer/wall';
import { statisticsOf, type Question } from './clickStatistics';
import { periodFor } from './period';
import { csvAnswer } from './statisticsCsv';

/** Keys shown on a screen, and in a file. */
export const SHOWN = 100;
export const IN_FILE = 10_000;

async function questionOf(
  deps: ApiDeps,
  { query }: Call,
  viewer: Viewer,
  influencerId: string,
  most: number,
): Promise<Result<Question, Refusal>> {
  const cut = (query.get('group_by') ?? 'day') as StatisticsCut;
  const period = periodFor(query, cut, deps.now());
  if (!period.ok) return period;
  const [linkId, programmeId] = [query.get('link_id'), query.get('programme_id')];
  const linkNumber =
    linkId === undefined ? undefined : await numberOfLink(deps.pool, viewer, influencerId, linkId);
  if (linkId !== undefined && linkNumber === undefined) return err({ problem: 'link_not_found' });
  const programmeIds = programmeId === undefined ? undefined : [programmeId];
  const time = { from: period.value.start, before: period.value.end };
  return ok({
    viewer,
    scope: { influencerId, programmeIds, linkNumber },
    cut,
    period: period.value,
    most,
    ...(cut === 'programme' && {
      shops: await ordersByProgramme(deps.pool, influencerId, time, programmeId, linkNumber),
    }),
  });
}

export const getInfluencerClickStatistics = seen(
  async (deps, call, viewer, { influencerId }): Promise<Reply> => {
    const question = await questionOf(deps, call, viewer, influencerId, SHOWN);
    if (!question.ok) return question.error;
    const { cut, period } = question.value;
    const statistics = await statisticsOf(deps, question.value);
    return jsonAnswer(200, { from: period.from, to: period.to, group_by: cut, ...statistics });
  },
);

export const exportInfluencerClickStatistics = seen(
  async (deps, call, viewer, { influencerId }): Promise<Reply> => {
    const question = await questionOf(deps, call, viewer, influencerId, IN_FILE);
    if (!question.ok) return question.error;
    const statistics = await statisticsOf(deps, question.value);
    if (!statistics.clicks_known) return { problem: 'store_unavailable', retryAfterSeconds: 5 };
    return csvAnswer(statistics, {
      byShop: question.value.cut === 'programme',
      byReason: question.value.cut === 'reason',
      language: languageOf(call, viewer),
      style: tableStyle(call.query.get('table')),
    });
  },
);
