import { ANY_OPS, viewers, type Rule } from '../rule';
import { listCatalogue, listProgrammesToShare } from './catalogue';
import { listInfluencerDays } from './days';
import { getInfluencerHome } from './home';
import { getCardForm, setInstrument } from './instrument';
import { createLink, getLink, listLinks } from './links';
import { listNotices, readNotices } from './notices';
import { getInfluencerOrder, listInfluencerOrders } from './orders';
import { getInfluencerPayout } from './payout';
import { listInfluencerPayouts, previewPayout } from './payouts';
import { getInfluencerProfile, setInfluencerIin, updateInfluencerProfile } from './profile';
import { streamInfluencerFeed } from './stream';
import { listTaxOptions, setTaxStatus } from './taxStatus';
import { getWallet, listWalletEntries } from './wallet';

const READERS = ['influencer', ...ANY_OPS] as const;

/** What an influencer sees and does; ops read the same, to help. */
export const INFLUENCER_OPERATIONS: Readonly<Record<string, Rule>> = {
  getInfluencerProfile: viewers(READERS, 'read', getInfluencerProfile),
  updateInfluencerProfile: viewers(['influencer'], 'person', updateInfluencerProfile),
  // Whose income it is and what is withheld of it.
  setInfluencerIin: { ...viewers(['influencer'], 'person', setInfluencerIin), fresh: true },
  listTaxOptions: viewers(READERS, 'read', listTaxOptions),
  setTaxStatus: { ...viewers(['influencer'], 'person', setTaxStatus), fresh: true },
  getCardForm: viewers(['influencer'], 'person', getCardForm),
  setInstrument: viewers(['influencer'], 'person', setInstrument),
  getInfluencerHome: viewers(READERS, 'read', getInfluencerHome),
  listInfluencerDays: viewers(READERS, 'read', listInfluencerDays),
  streamInfluencerFeed: viewers(['influencer'], 'person', streamInfluencerFeed),
  listProgrammesToShare: viewers(READERS, 'read', listProgrammesToShare),
  listCatalogue: viewers(READERS, 'read', listCatalogue),
  listLinks: viewers(READERS, 'read', listLinks),
  createLink: viewers(['influencer'], 'links', createLink),
  getLink: viewers(READERS, 'read', getLink),
  listInfluencerOrders: viewers(READERS, 'read', listInfluencerOrders),
  getInfluencerOrder: viewers(READERS, 'read', getInfluencerOrder),
  getWallet: viewers(READERS, 'read', getWallet),
  listWalletEntries: viewers(READERS, 'read', listWalletEntries),
  previewPayout: viewers(READERS, 'read', previewPayout),
  listInfluencerPayouts: viewers(READERS, 'read', listInfluencerPayouts),
  getInfluencerPayout: viewers(READERS, 'read', getInfluencerPayout),
  listNotices: viewers(READERS, 'read', listNotices),
  readNotices: viewers(['influencer'], 'person', readNotices),
};
