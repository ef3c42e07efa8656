import { randomBytes } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';
import { insertAudit } from '../../store/postgres/audit';
import { findBrandView, listBrandViews, type BrandView } from '../../store/postgres/brands';
import { insertBrand } from '../../store/postgres/catalogue';
import { inTransaction } from '../../store/postgres/pool';
import { lockMembers } from '../../store/postgres/team';
import { auditOf } from '../access/audit';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';
import { putMail } from '../mail/mails';
import { pageOf } from '../page';
import { viaSession } from './factor';
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
  const { pool, sealer } = deps;
  return inTransaction(pool, async (sql) => {
    await insertBrand(sql, { id, name: name.trim() });
    const invited = await invite(sql, sealer, {
      email,
      role: 'brand_owner',
      tenantId: id,
      organisation: name.trim(),
      invitedBy: viewer.actorId,
      locale: viaSession(viewer).locale,
      opensAt: null,
      nowMs: deps.now(),
    });
    const after = { invitationId: invited.id };
    await insertAudit(sql, auditOf(viewer, call, { action: 'brand.create', subjectId: id, after }));
    const brand = brandOf((await findBrandView(sql, id))!);
    return jsonAnswer(201, { brand, invitation: invited });
  });
};

/**
 * For a brand that nobody owns any more. Where somebody does, the owners are told at once and the link waits until they
 * could say no: one person at ops alone must not be able to make themself an owner of somebody's brand. An owner who
 * cannot get in wins the account back instead (recovery.ts).
 */
export const inviteBrandOwner: Handler = async (deps, call, viewer) => {
  const tenantId = call.params['brandId'] ?? '';
  const brand = await findBrandView(deps.pool, tenantId);
  if (!brand) return { problem: 'brand_not_found' };
  const { email } = call.body as { email: string };
  return inTransaction(deps.pool, async (sql) => {
    const owners = (await lockMembers(sql, tenantId)).filter(
      (one) => one.role === 'brand_owner' && !one.disabled,
    );
    const opensAt = owners.length > 0 ? new Date(deps.now() + deps.recoveryDelayMs) : null;
    const to = { tenantId, organisation: brand.name, email, role: 'brand_owner', opensAt } as const;
    const invited = await inviteInto(sql, deps, call, viewer, to);
    for (const { id, locale } of opensAt === null ? [] : owners)
      await putMail(sql, deps.sealer, {
        kind: 'owner_invited',
        subjectId: invited.id,
        locale,
        to: { userId: id },
        values: { organisation: brand.name, opensAt: opensAt!.toISOString() },
      });
    return jsonAnswer(201, invited);
  });
};
