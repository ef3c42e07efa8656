import { formatTenge } from '../../domain/money';
import { readPayeeBalance } from '../../store/postgres/balances';
import type { Tenant } from '../../store/postgres/tenant';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';

/** An influencer opens their own money only; anybody else's is answered as if it did not exist. */
export const mayActFor = (viewer: Tenant, influencerId: string): boolean =>
  viewer.scope === 'ops' || (viewer.scope === 'influencer' && viewer.subjectId === influencerId);

export const getBalance: Handler = async ({ pool }, { params }, viewer) => {
  const influencerId = params['influencerId'] ?? '';
  if (!mayActFor(viewer, influencerId)) return { problem: 'influencer_not_found' };
  const balance = await readPayeeBalance(pool, influencerId);
  if (!balance) return { problem: 'influencer_not_found' };
  return jsonAnswer(200, {
    influencer_id: influencerId,
    currency: 'KZT',
    held: formatTenge(balance.held),
    available: formatTenge(balance.available),
    reserved: formatTenge(balance.reserved),
    debt: formatTenge(balance.debt),
    paid: formatTenge(balance.paid),
    withheld: formatTenge(balance.withheld),
  });
};
