import { loadContract } from '../../api/contract';
import { OPERATIONS } from '../../api/operations';

/** Writes of signed-in people that want no fresh factor, each with why. Whatever is new stands in neither table and fails. */
const WITHOUT: Readonly<Record<string, string>> = {
  logOut: 'ends access',
  startFactor: 'is how a factor is proved',
  proveFactor: 'is how a factor is proved',
  updateMe: 'a name and a language',
  endOtherSessions: 'ends access',
  endSession: 'ends access',
  revokeInvitation: 'ends access',
  stopRecovery: 'stops harm, which must not wait',
  revokeBrandApiKey: 'ends access',
  revokeInfluencerApiKey: 'ends access',
  workExample: 'works out, changes nothing',
  workBrandExample: 'works out, changes nothing',
  sendTestPostback: 'a test order that pays nobody',
  updateInfluencerProfile: 'a name',
  setInstrument:
    'the first one ends a sign-up; replacing one asks by itself (api/influencer/instrument.ts)',
  createLink: 'own links, for keys too',
  updateLink: 'own links, for keys too',
  deleteLink: 'own links, for keys too',
  importLinks: 'own links, for keys too',
  previewPayout: 'works out, changes nothing',
  readNotices: 'marks as read',
  decideLinkReport: 'stops harm, which must not wait',
  takeDownLink: 'stops harm, which must not wait',
  setPayoutsStopped: 'stopping must not wait; letting go asks by itself (api/ops/switches.ts)',
  searchPeople: 'reads',
  addReviewFlag: 'asks colleagues to look',
  removeReviewFlag: 'asks nobody to look any more; moves nothing',
  stopInstrument: 'stops money, which must not wait',
  setSandboxDial: 'test mode only',
  setSandboxClock: 'test mode only',
  lookAtPayout: 'asks the provider, moves nothing',
};

test('12.9, whatever moves money or says who gets it, what is taxed, which hosts, keys, limits or people: a fresh factor', () => {
  const writes = [...loadContract().operations.values()].filter(({ method }) => method !== 'get');
  const open = writes
    .map(({ id }) => [id, OPERATIONS[id]!] as const)
    .filter(([, rule]) => rule.kind === 'viewer' && !rule.fresh)
    .map(([id]) => id);
  expect(open.sort()).toEqual(Object.keys(WITHOUT).sort());
  for (const id of [
    'decideTaxStatus',
    'proposeTaxDecision',
    'createProgrammeTerms',
    'updateProgramme',
    'decideBrandOrders',
    'actOnConversion',
    'setTaxStatus',
  ])
    expect([id, OPERATIONS[id]]).toMatchObject([id, { fresh: true }]);
});
