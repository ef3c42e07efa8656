import { ANY_BRAND, ANY_OPS, viewers, type Rule } from '../rule';
import { exportBrandClickStatistics, getBrandClickStatistics } from './brand';
import { listInfluencerClicks } from './clicks';
import { listBrandFraudSignals, listFraudSignals } from './fraudSignals';
import { exportInfluencerClickStatistics, getInfluencerClickStatistics } from './influencer';

const OWN = ['influencer', ...ANY_OPS] as const;
const BRAND = [...ANY_BRAND, ...ANY_OPS] as const;

/** Clicks as people read them; ops read the same, to help. */
export const STATISTICS_OPERATIONS: Readonly<Record<string, Rule>> = {
  getInfluencerClickStatistics: viewers(OWN, 'read', getInfluencerClickStatistics),
  exportInfluencerClickStatistics: viewers(OWN, 'read', exportInfluencerClickStatistics),
  listInfluencerClicks: viewers(OWN, 'read', listInfluencerClicks),
  getBrandClickStatistics: viewers(BRAND, 'read', getBrandClickStatistics),
  exportBrandClickStatistics: viewers(BRAND, 'read', exportBrandClickStatistics),
  listBrandFraudSignals: viewers(BRAND, 'read', listBrandFraudSignals),
  listFraudSignals: viewers(ANY_OPS, 'read', listFraudSignals),
};
