import type { Role } from '../../domain/access';
import { ANY_BRAND, ANY_OPS, viewers, type Rule } from '../rule';
import { decideBrandOrders } from './decisions';
import { workBrandExample, workExample } from './example';
import { getBrandInfluencer, listBrandInfluencers } from './influencers';
import { listBrandOrders } from './orders';
import { exportBrandOrders } from './ordersCsv';
import { getBrandOverview } from './overview';
import { watchPostbackAttempts } from './postbackEvents';
import { listPostbackAttempts } from './postbackLog';
import { createProgramme, getProgramme, listProgrammes, updateProgramme } from './programmes';
import { listProgrammeSecrets, retireProgrammeSecret, rotateProgrammeSecret } from './secrets';
import { getPostbackSnippets } from './snippets';
import { createProgrammeTerms, listProgrammeTerms } from './terms';
import { sendTestPostback } from './testPostback';

/** Analysts look; owners and managers act; ops look on, so that they can answer a brand's question. */
const READERS: readonly Role[] = [...ANY_BRAND, ...ANY_OPS];
const ACTORS: readonly Role[] = ['brand_owner', 'brand_manager'];

export const BRAND_OPERATIONS: Readonly<Record<string, Rule>> = {
  getBrandOverview: viewers(READERS, 'read', getBrandOverview),
  listBrandProgrammes: viewers(READERS, 'read', listProgrammes),
  // Which hosts count, what is paid for and which orders are: a person proves who they are, once in ten minutes.
  createProgramme: {
    ...viewers(ACTORS, 'programmes', createProgramme),
    fresh: true,
    idempotent: true,
  },
  getProgramme: viewers(READERS, 'read', getProgramme),
  updateProgramme: { ...viewers(ACTORS, 'programmes', updateProgramme), fresh: true },
  listProgrammeTerms: viewers(READERS, 'read', listProgrammeTerms),
  createProgrammeTerms: {
    ...viewers(ACTORS, 'programmes', createProgrammeTerms),
    fresh: true,
    idempotent: true,
  },
  workExample: viewers(READERS, 'read', workExample),
  workBrandExample: viewers(READERS, 'read', workBrandExample),
  listBrandOrders: viewers(READERS, 'read', listBrandOrders),
  exportBrandOrders: viewers(READERS, 'read', exportBrandOrders),
  decideBrandOrders: {
    ...viewers(ACTORS, 'orders', decideBrandOrders),
    fresh: true,
    idempotent: true,
  },
  listProgrammeSecrets: viewers(READERS, 'read', listProgrammeSecrets),
  // Who can sign can report sales: a person with a fresh factor, never a key.
  rotateProgrammeSecret: { ...viewers(ACTORS, 'person', rotateProgrammeSecret), fresh: true },
  retireProgrammeSecret: { ...viewers(ACTORS, 'person', retireProgrammeSecret), fresh: true },
  listPostbackAttempts: viewers(READERS, 'read', listPostbackAttempts),
  watchPostbackAttempts: viewers(READERS, 'read', watchPostbackAttempts),
  sendTestPostback: viewers(ACTORS, 'programmes', sendTestPostback),
  getPostbackSnippets: viewers(READERS, 'read', getPostbackSnippets),
  listBrandInfluencers: viewers(READERS, 'read', listBrandInfluencers),
  getBrandInfluencer: viewers(READERS, 'read', getBrandInfluencer),
};
