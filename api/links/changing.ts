import { productOf } from '../../domain/links/product';
import { placeTitle } from '../../domain/links/share';
import { parseTarget } from '../../domain/links/target';
import { err, ok, type Result } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import {
  changeLink,
  findOwnLink,
  isTakenDown,
  lockLinksOf,
  type LinkChange,
  type OwnLink,
} from '../../store/postgres/influencerLinks';
import { inTransaction, type Sql } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import type { Viewer } from '../access/viewer';
import { orRefusal, Refused } from '../brand/programmeInput';
import type { ApiDeps, Call } from '../handler';
import type { Refusal } from '../reply';
import { linkAnswer, readEnd } from '../influencer/links';
import { seen } from '../influencer/wall';
import { forgetQuietly } from './forgetting';
import { readTitle } from './making';
import { wantedPlace } from './wanted';

type Patch = {
  readonly state?: 'active' | 'paused';
  readonly url?: string;
  readonly title?: string;
  readonly expires_at?: string | null;
};
type Place = Pick<LinkChange, 'target_url' | 'product_key' | 'title' | 'catalogue_item_id'>;

const placeOf = (link: OwnLink): Place => ({
  target_url: link.target_url,
  product_key: link.product_key,
  title: link.title,
  catalogue_item_id: link.catalogue_item_id,
});

/** A title nobody chose follows the address: a catalogue product's name, or host and path. */
function titleFollows(link: OwnLink): boolean {
  if (link.title === '' || link.catalogue_item_id !== null) return true;
  const target = parseTarget(link.target_url ?? '');
  return target.ok && link.title === placeTitle(target.value.href, target.value.host);
}

/** The new address must be of the link's own programme: its clicks and orders belong there. */
async function moved(
  sql: Sql,
  influencerId: string,
  link: OwnLink,
  url: string,
): Promise<Result<Place, Refusal>> {
  if (link.kind === 'open') return err({ problem: 'link_open_fixed' });
  const wanted = await wantedPlace(sql, url);
  if (!wanted.ok) return wanted;
  const { target, title } = wanted.value;
  if (!link.hosts.includes(target.host)) return err({ problem: 'target_other_programme' });
  if (target.href === link.target_url) return ok(placeOf(link));
  const { key } = productOf(target, link.product_params);
  const place = {
    influencerId,
    programmeId: link.programme_id,
    productKey: key,
    targetUrl: target.href,
  };
  if (await isTakenDown(sql, place)) return err({ problem: 'link_taken_down' });
  return ok({
    target_url: target.href,
    product_key: key,
    title: titleFollows(link) ? title : link.title,
    catalogue_item_id: null,
  });
}

/** The link as it will be, or why not. A link that was taken down can only be paused or deleted. */
async function changed(
  sql: Sql,
  influencerId: string,
  link: OwnLink,
  patch: Patch,
): Promise<Result<LinkChange, Refusal>> {
  const isOnlyPause = Object.keys(patch).length === 1 && patch.state === 'paused';
  if (link.taken_down_at !== null && !isOnlyPause) return err({ problem: 'link_taken_down' });
  const title = patch.title === undefined ? undefined : readTitle(patch.title);
  if (title && !title.ok) return title;
  const end = patch.expires_at === undefined ? ok(link.expires_at) : readEnd(patch.expires_at);
  if (!end.ok) return end;
  const place =
    patch.url === undefined ? ok(placeOf(link)) : await moved(sql, influencerId, link, patch.url);
  if (!place.ok) return place;
  return ok({
    ...place.value,
    ...(title && { title: title.value }),
    state: patch.state ?? link.state,
    expires_at: end.value,
  });
}

/** Only what changed, so that the audit log can be read. */
function difference(link: OwnLink, after: LinkChange) {
  const keys = (Object.keys(after) as (keyof LinkChange)[]).filter(
    (key) => JSON.stringify(link[key]) !== JSON.stringify(after[key]),
  );
  return {
    before: Object.fromEntries(keys.map((key) => [key, link[key]])),
    after: Object.fromEntries(keys.map((key) => [key, after[key]])),
  };
}

/** Locks the person's links, applies `decide` to this one, and writes both the change and the audit line. */
async function change(
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  influencerId: string,
  action: 'link.update' | 'link.delete',
  decide: (sql: Sql, link: OwnLink) => Promise<Result<LinkChange, Refusal>>,
): Promise<OwnLink | Refusal> {
  const linkId = call.params['linkId'] ?? '';
  const work = inTransaction(deps.pool, async (sql) => {
    await lockLinksOf(sql, influencerId);
    const link = await findOwnLink(sql, viewer, influencerId, linkId);
    if (!link) throw new Refused({ problem: 'link_not_found' });
    const after = await decide(sql, link);
    if (!after.ok) throw new Refused(after.error);
    const audited = difference(link, after.value);
    if (Object.keys(audited.after).length > 0) {
      await changeLink(sql, link.number, after.value);
      await insertAudit(sql, auditOf(viewer, call, { action, subjectId: linkId, ...audited }));
    }
    return link;
  });
  const link = await orRefusal(work);
  if ('problem' in link) return link;
  await forgetQuietly(deps, link.kind, link.code ?? link.ref);
  return link;
}

export const updateLink = seen(async (deps, call, viewer, { influencerId }) => {
  const patch = call.body as Patch;
  const link = await change(deps, call, viewer, influencerId, 'link.update', async (sql, found) =>
    found.state === 'deleted'
      ? err({ problem: 'link_not_found' })
      : changed(sql, influencerId, found, patch),
  );
  return 'problem' in link ? link : linkAnswer(deps, viewer, influencerId, link.id);
});

/** The row stays: orders, clicks and statistics go on naming it, and nobody gets its code again. */
export const deleteLink = seen(async (deps, call, viewer, { influencerId }) => {
  const link = await change(deps, call, viewer, influencerId, 'link.delete', (_sql, found) =>
    Promise.resolve(ok({ ...placeOf(found), state: 'deleted', expires_at: found.expires_at })),
  );
  return 'problem' in link ? link : linkAnswer(deps, viewer, influencerId, link.id);
});
