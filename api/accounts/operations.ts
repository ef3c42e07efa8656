import { ROLES } from '../../domain/access';
import type { Handler, PublicHandler } from '../handler';
import { ANY_BRAND, ANY_OPS, viewers, type Rule } from '../rule';
import { createKey, listKeys, revokeKey, rotateKey } from './apiKeys';
import { listAudit, listBrandAudit } from './auditLog';
import { createBrand, inviteBrandOwner, listBrands } from './brands';
import { proveFactor, startFactor } from './factor';
import { acceptInvitation, confirmInvitation, lookAtInvitation } from './invitations';
import { endOtherSessions, endOwnSession, getMe, listOwnSessions, logOut, updateMe } from './me';
import { changePassword, renewRecoveryCodes } from './ownCredentials';
import { startPasswordSignIn, verifyTotp } from './password';
import { startPhoneSignIn, verifyPhone } from './phone';
import { approveRecovery, listRecoveries, stopRecovery } from './recoveries';
import {
  askRecovery,
  confirmRecovery,
  lookAtRecovery,
  prepareRecovery,
  stopRecoveryByMail,
} from './recovery';
import { reopenAccount } from './reopening';
import {
  changeTeamRole,
  createInvitation,
  disableTeamMember,
  listInvitations,
  listTeam,
  revokeInvitation,
} from './team';

const open = (handler: PublicHandler): Rule => ({ kind: 'public', handler });
const person = (roles: Parameters<typeof viewers>[0], handler: Handler): Rule =>
  viewers(roles, 'person', handler);
/** Gives, takes or changes access: with a factor proved just now. */
const fresh = (roles: Parameters<typeof viewers>[0], handler: Handler): Rule => ({
  ...viewers(roles, 'person', handler),
  fresh: true,
});

const OWNER = ['brand_owner'] as const;
const INFLUENCER = ['influencer'] as const;
const DESK = [...ANY_BRAND, ...ANY_OPS];

/**
 * Sign-in, sessions, people and keys. Taking access away from what may have leaked (a session, an invitation,
 * a key) asks for no fresh factor: it must be quick.
 */
export const ACCOUNT_OPERATIONS: Readonly<Record<string, Rule>> = {
  startPhoneSignIn: open(startPhoneSignIn),
  verifyPhone: open(verifyPhone),
  startPasswordSignIn: open(startPasswordSignIn),
  verifyTotp: open(verifyTotp),
  lookAtInvitation: open(lookAtInvitation),
  acceptInvitation: open(acceptInvitation),
  confirmInvitation: open(confirmInvitation),
  reopenAccount: open(reopenAccount),
  askRecovery: open(askRecovery),
  lookAtRecovery: open(lookAtRecovery),
  prepareRecovery: open(prepareRecovery),
  confirmRecovery: open(confirmRecovery),
  stopRecoveryByMail: open(stopRecoveryByMail),
  logOut: person(ROLES, logOut),
  startFactor: person(INFLUENCER, startFactor),
  proveFactor: person(ROLES, proveFactor),
  getMe: person(ROLES, getMe),
  updateMe: person(ROLES, updateMe),
  listSessions: person(ROLES, listOwnSessions),
  endOtherSessions: person(ROLES, endOtherSessions),
  endSession: person(ROLES, endOwnSession),
  changePassword: fresh(DESK, changePassword),
  renewRecoveryCodes: fresh(DESK, renewRecoveryCodes),
  listRecoveries: person(DESK, listRecoveries),
  approveRecovery: fresh(['brand_owner', 'ops_checker'], approveRecovery),
  stopRecovery: person(DESK, stopRecovery),
  listTeam: person(ANY_BRAND, listTeam),
  changeTeamRole: fresh(OWNER, changeTeamRole),
  disableTeamMember: fresh(OWNER, disableTeamMember),
  listInvitations: person(OWNER, listInvitations),
  createInvitation: fresh(OWNER, createInvitation),
  revokeInvitation: person(OWNER, revokeInvitation),
  listBrandApiKeys: person(OWNER, listKeys),
  createBrandApiKey: fresh(OWNER, createKey),
  rotateBrandApiKey: fresh(OWNER, rotateKey),
  revokeBrandApiKey: person(OWNER, revokeKey),
  listBrandAudit: person(OWNER, listBrandAudit),
  listInfluencerApiKeys: person(INFLUENCER, listKeys),
  createInfluencerApiKey: fresh(INFLUENCER, createKey),
  rotateInfluencerApiKey: fresh(INFLUENCER, rotateKey),
  revokeInfluencerApiKey: person(INFLUENCER, revokeKey),
  listBrands: viewers(ANY_OPS, 'read', listBrands),
  createBrand: fresh(['ops_maker'], createBrand),
  inviteBrandOwner: fresh(['ops_maker'], inviteBrandOwner),
  listAudit: viewers(ANY_OPS, 'read', listAudit),
};
