import { err, ok, type Result } from '../../domain/result';
import {
  findProgramme,
  mayReadBrand,
  type BrandProgramme,
} from '../../store/postgres/brandProgrammes';
import type { Viewer } from '../access/viewer';
import type { ApiDeps, Call } from '../handler';
import type { Refusal } from '../reply';
import { isCalendarTime, readPage, type Page } from '../page';

/** The brand of the path, when the viewer may look at it. Every query behind has the wall again. */
export async function brandOf(
  { pool }: Pick<ApiDeps, 'pool'>,
  call: Call,
  viewer: Viewer,
): Promise<Result<string, Refusal>> {
  const brandId = call.params['brandId'] ?? '';
  return (await mayReadBrand(pool, viewer, brandId))
    ? ok(brandId)
    : err({ problem: 'brand_not_found' });
}

export async function programmeOf(
  { pool }: Pick<ApiDeps, 'pool'>,
  call: Call,
  viewer: Viewer,
): Promise<Result<BrandProgramme, Refusal>> {
  const found = await findProgramme(pool, viewer, call.params['programmeId'] ?? '');
  return found ? ok(found) : err({ problem: 'programme_not_found' });
}

/** What a sort key of a cursor must look like: keys are bound as typed values, and a made-up one must not get there. */
const KEY = {
  time: (text: string) =>
    /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(text) && isCalendarTime(text),
  id: (text: string) => /^[0-9a-z_-]{1,60}$/.test(text),
  amount: (text: string) => /^(0|[1-9]\d{0,17})$/.test(text),
  number: (text: string) => /^-?(0|[1-9]\d{0,14})$/.test(text),
} as const;
export type KeyKind = keyof typeof KEY;

export function readTypedPage(
  query: Call['query'],
  kinds: readonly KeyKind[],
): Result<Page, Refusal> {
  const page = readPage(query, kinds.length);
  if (!page.ok || page.value.after === undefined) return page;
  const fits = page.value.after.every((key, i) => KEY[kinds[i]!](key));
  return fits ? page : err({ problem: 'cursor_invalid' });
}
