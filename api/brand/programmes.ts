import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { insertAudit } from '../../store/postgres/audit';
import {
  findProgramme,
  listBrandProgrammes,
  lockHostClaims,
  updateProgramme as storeProgramme,
  updateLinkSettings,
  type BrandProgramme,
  type LinkSettings,
  type ProgrammeChange,
} from '../../store/postgres/brandProgrammes';
import { insertProgramme } from '../../store/postgres/catalogue';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { termsAround, type TermsAround } from '../../store/postgres/programmeTerms';
import { auditOf } from '../access/audit';
import { jsonAnswer, type TextAnswer } from '../answer';
import type { Handler } from '../handler';
import type { Refusal } from '../reply';
import { pageOf } from '../page';
import { claimRefusal, orRefusal, readHosts, Refused } from './programmeInput';
import { brandOf, programmeOf, readTypedPage } from './scope';
import { addTerms, PLATFORM_FEE_BPS, termsView, type TermsInput } from './terms';

const programmeView = (programme: BrandProgramme, terms: TermsAround | undefined): unknown => ({
  id: programme.id,
  brand_id: programme.brand_id,
  name: programme.name,
  state: programme.state,
  hosts: programme.hosts,
  click_param: programme.click_param,
  confirmation: programme.confirmation,
  status_map: programme.status_map,
  android_package: programme.android_package,
  ios_universal: programme.ios_universal,
  product_params: programme.product_params,
  buyers_prefer_kaspi: programme.buyers_prefer_kaspi,
  terms: terms?.current ? termsView(terms.current) : null,
  next_terms: terms?.next ? termsView(terms.next) : null,
  secrets_live: programme.secrets_live,
  created_at: programme.created_at,
});

async function programmeAnswer(
  sql: Sql,
  programme: BrandProgramme,
  status = 200,
): Promise<TextAnswer> {
  const terms = await termsAround(sql, [programme.id]);
  return jsonAnswer(status, programmeView(programme, terms.get(programme.id)));
}

export const listProgrammes: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const page = readTypedPage(call.query, ['time', 'id']);
  if (!page.ok) return page.error;
  const rows = await listBrandProgrammes(deps.pool, viewer, brand.value, page.value);
  const terms = await termsAround(
    deps.pool,
    rows.map((row) => row.id),
  );
  return jsonAnswer(
    200,
    pageOf(
      rows,
      page.value,
      (row) => [row.created_at.toISOString(), row.id],
      (row) => programmeView(row, terms.get(row.id)),
    ),
  );
};

export const getProgramme: Handler = async (deps, call, viewer) => {
  const found = await programmeOf(deps, call, viewer);
  return found.ok ? programmeAnswer(deps.pool, found.value) : found.error;
};

type NewProgramme = {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly click_param?: string;
  readonly confirmation?: 'postback' | 'auto';
  readonly status_map?: Readonly<Record<string, string>>;
  readonly terms: TermsInput;
} & Partial<LinkSettings>;

export const createProgramme: Handler = async (deps, call, viewer) => {
  const brand = await brandOf(deps, call, viewer);
  if (!brand.ok) return brand.error;
  const input = call.body as NewProgramme;
  const hosts = readHosts(input.hosts);
  if (!hosts.ok) return hosts.error;
  const id = idFromBytes('programme', randomBytes(16));
  const made = inTransaction(deps.pool, async (sql) => {
    await lockHostClaims(sql);
    const claimed = await claimRefusal(sql, brand.value, hosts.value);
    if (claimed) throw new Refused(claimed);
    const programme = {
      id,
      brandId: brand.value,
      name: input.name.trim(),
      hosts: hosts.value,
      clickParam: input.click_param ?? 'sub1',
      confirmation: input.confirmation ?? 'postback',
      orderSource: null,
      statusMap: input.status_map ?? {},
    };
    const settings = linkSettings(input, NO_LINK_SETTINGS);
    await insertProgramme(sql, programme);
    await updateLinkSettings(sql, id, settings);
    const terms = await addTerms(sql, id, input.terms, PLATFORM_FEE_BPS);
    if (!terms.ok) throw new Refused(terms.error);
    const { brandId: _, id: __, ...after } = programme;
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'programme.create',
        subjectId: id,
        after: { ...after, ...settings, terms: termsView(terms.value) },
      }),
    );
    const stored = await findProgramme(sql, viewer, id);
    const answer = await programmeAnswer(sql, stored!, 201);
    await call.claim?.store(sql, answer);
    return answer;
  });
  return orRefusal(made);
};

type Patch = Partial<
  Pick<NewProgramme, 'name' | 'hosts' | 'confirmation' | 'status_map' | keyof LinkSettings>
> & {
  readonly state?: BrandProgramme['state'];
};

/** Left out means as before; null says that the shop has no Android app. Each parameter is kept once. */
const linkSettings = (patch: Partial<LinkSettings>, before: LinkSettings): LinkSettings => ({
  android_package:
    patch.android_package === undefined ? before.android_package : patch.android_package,
  ios_universal: patch.ios_universal ?? before.ios_universal,
  product_params: [...new Set(patch.product_params ?? before.product_params)],
  buyers_prefer_kaspi: patch.buyers_prefer_kaspi ?? before.buyers_prefer_kaspi,
});

const NO_LINK_SETTINGS: LinkSettings = {
  android_package: null,
  ios_universal: false,
  product_params: [],
  buyers_prefer_kaspi: false,
};

/** The fields as they will be, or why not. */
function changed(before: BrandProgramme, patch: Patch): ProgrammeChange | Refusal {
  const ended = before.state === 'ended';
  if (ended && (patch.state !== 'ended' || Object.keys(patch).length > 1))
    return { problem: 'programme_ended' };
  if (patch.confirmation !== undefined && before.confirmation === 'poll')
    return { problem: 'confirmation_fixed' };
  const hosts = patch.hosts === undefined ? undefined : readHosts(patch.hosts);
  if (hosts && !hosts.ok) return hosts.error;
  return {
    name: patch.name?.trim() ?? before.name,
    state: patch.state ?? before.state,
    hosts: hosts?.value ?? before.hosts,
    confirmation: patch.confirmation ?? before.confirmation,
    status_map: patch.status_map ?? before.status_map,
    ...linkSettings(patch, before),
  };
}

/** Only what changed, so that the audit log can be read. */
function difference(
  before: BrandProgramme,
  after: ProgrammeChange,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const keys = (Object.keys(after) as (keyof ProgrammeChange)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  return {
    before: Object.fromEntries(keys.map((key) => [key, before[key]])),
    after: Object.fromEntries(keys.map((key) => [key, after[key]])),
  };
}

export const updateProgramme: Handler = async (deps, call, viewer) => {
  const programmeId = call.params['programmeId'] ?? '';
  const work = inTransaction(deps.pool, async (sql) => {
    await lockHostClaims(sql);
    const before = await findProgramme(sql, viewer, programmeId, true);
    if (!before) throw new Refused({ problem: 'programme_not_found' });
    const after = changed(before, call.body as Patch);
    if ('problem' in after) throw new Refused(after);
    const audited = difference(before, after);
    if (Object.keys(audited.after).length === 0) return programmeAnswer(sql, before);
    // A paused programme claims nothing; going on again, it must still be alone.
    const claims =
      after.state === 'active' && ('hosts' in audited.after || 'state' in audited.after);
    const claimed = claims ? await claimRefusal(sql, before.brand_id, after.hosts) : undefined;
    if (claimed) throw new Refused(claimed);
    await storeProgramme(sql, programmeId, after);
    await insertAudit(
      sql,
      auditOf(viewer, call, { action: 'programme.change', subjectId: programmeId, ...audited }),
    );
    return programmeAnswer(sql, { ...before, ...after });
  });
  return orRefusal(work);
};
