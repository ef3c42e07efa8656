import type { Limit } from './access/limits';
import * as attempts from './accounts/attempts';
import * as recovery from './accounts/recoveryLinks';
import * as sms from './accounts/smsBudget';
import { TEST_POSTBACKS } from './brand/testPostback';
import { LINK_MAKING } from './influencer/links';
import { IIN_TRIES } from './influencer/profile';
import { UPLOADS } from './links/imports';
import { REPORTING } from './links/reports';
import { actorLimit, addressLimit, failureLimit } from './server';

const isLimit = (value: unknown): value is Limit =>
  typeof value === 'object' && value !== null && 'points' in value;

/** Every limit on how often; docs/limits.md is the table of them, and a test holds the two together. */
export const LIMITS: readonly Limit[] = [
  actorLimit(),
  addressLimit(),
  failureLimit(),
  ...Object.values<unknown>(attempts).filter(isLimit),
  ...Object.values<unknown>(recovery).filter(isLimit),
  ...Object.values<unknown>(sms).filter(isLimit),
  ...sms.createSmsBudget().open,
  ...sms.createSmsBudget().reserved,
  TEST_POSTBACKS,
  LINK_MAKING,
  IIN_TRIES,
  UPLOADS,
  REPORTING,
];
