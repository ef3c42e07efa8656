import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { insertAudit } from '../../store/postgres/audit';
import { findBrandView, listBrandViews, type BrandView } from '../../store/postgres/brands';
import { insertBrand } from '../../store/postgres/catalogue';
import { inTransaction } from '../../store/postgres/pool';
import { auditOf } from '../access/audit';
import { jsonAnswer, type Answer } from '../answer';
import type { Handler } from '../handler';
import type { Refusal } from '../reply';
import { pageOf } from '../page';
import { invite } from './inviting';
import { inviteInto } from './team';
import { readTimePage, timeKeys } from './timePage';

const brandOf = (brand: BrandView): unknown => ({
  id: brand.id,
  name: brand.name,
  owners: brand.owners,
  programmes: brand.programmes,
  open_invitation:
    brand.invitationExpiresAt === null ? null : { expires_at: brand.invitationExpiresAt },
  created_at: brand.createdAt,
});

export const listBrands: Handler = async ({ pool }, call) => {
  const page = readTimePage(call.query);
  if (!page.ok) return page.error;
  const query = call.query.get('query')?.trim();
  const rows = await listBrandViews(pool, { query, ...page.value });
  return jsonAnswer(200, pageOf(rows, page.value, timeKeys, brandOf));
};

export const createBrand: Handler = async (deps, call, viewer) => {
  const { name, owner_email: email } = call.body as { name: string; owner_email: string };
  const id = idFromBytes('brand', randomBytes(16));
  const { pool, sealer, publicOrigin } = deps;
  return inTransaction(pool, async (sql): Promise<Answer | Refusal> => {
    const invited = await invite(sql, sealer, {
      email,
      role: 'brand_owner',
      tenantId: id,
      invitedBy: viewer.actorId,
      publicOrigin,
      nowMs: deps.now(),
    });
    // Nothing was written yet: a taken e-mail leaves no brand without an owner.
    if (typeof invited === 'string') return { problem: invited };
    await insertBrand(sql, { id, name: name.trim() });
    const after = { invitationId: invited.id };
    await insertAudit(sql, auditOf(viewer, call, { action: 'brand.create', subjectId: id, after }));
    const brand = brandOf((await findBrandView(sql, id))!);
    return jsonAnswer(201, { brand, invitation: invited });
  });
};

/** Also for the only owner who lost password or phone: nobody in the brand could help. */
export const inviteBrandOwner: Handler = async (deps, call, viewer) => {
  const tenantId = call.params['brandId'] ?? '';
  if (!(await findBrandView(deps.pool, tenantId))) return { problem: 'brand_not_found' };
  const { email } = call.body as { email: string };
  return inviteInto(deps, call, viewer, { tenantId, email, role: 'brand_owner' });
};
