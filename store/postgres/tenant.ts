import type { Scope } from '../../domain/access';

/**
 * The tenant wall, part of every query that reads somebody's rows: a brand sees its programmes, an
 * influencer what is credited to them, ops all. A row behind the wall is the same as no row.
 */
export type Tenant = {
  readonly scope: Scope;
  /** inf_…, brd_…; ops see all and need none. */
  readonly subjectId: string;
};

/**
 * SQL condition over a row with `programmeId` and `influencerId` columns, with the viewer's scope and
 * subject in the two given parameters. Column names come from our code only.
 */
export const visible = (
  columns: { readonly programmeId: string; readonly influencerId: string },
  scopeParam: string,
  subjectParam: string,
): string => `case ${scopeParam}::text
    when 'ops' then true
    when 'brand' then ${columns.programmeId} in (select id from programmes where brand_id = ${subjectParam}::text)
    when 'influencer' then ${columns.influencerId} = ${subjectParam}::text
    else false end`;
