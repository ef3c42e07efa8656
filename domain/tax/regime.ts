import type { Tiyn } from '../money';

export const REGIMES = [
  'individual_gph',
  'self_employed',
  'individual_entrepreneur',
  'esp',
  'demo_flat_10',
] as const;
export type Regime = (typeof REGIMES)[number];

export const TAX_COMPONENTS = ['opv', 'vosms', 'so', 'iit', 'opvr', 'demo_flat'] as const;
export type TaxComponent = (typeof TAX_COMPONENTS)[number];

/** Money of one fee-bearing sale that taxes are computed on. */
export const BASE_MODES = ['gross', 'after_fee'] as const;
export type BaseMode = (typeof BASE_MODES)[number];

/** gross 1000, fee 200 → 1000 or 800. What is paid with no tax is gross less fee in both modes. */
export function taxBase(mode: BaseMode, gross: Tiyn, fee: Tiyn): Tiyn {
  return mode === 'gross' ? gross : gross - fee;
}

/**
 * Facts about the person with an effect on what is withheld. Categories with a changed set of
 * contributions (pensioner, student, disability, foreigner) need rules a tax adviser has confirmed;
 * until a row says so, a payee of such a category is refused rather than taxed by a guess.
 */
export const SOCIAL_CATEGORIES = [
  'none',
  'pensioner',
  'student',
  'disability',
  'foreigner',
] as const;
export type SocialCategory = (typeof SOCIAL_CATEGORIES)[number];

export type PayeeFacts = {
  /** A written application for the base deduction is on file with us and with no other agent. */
  readonly deductionApplies: boolean;
  readonly socialCategory: SocialCategory;
};

export const NO_FACTS: PayeeFacts = { deductionApplies: false, socialCategory: 'none' };
