import type { Programme } from '../types';

/** How a shop opens, and how its addresses name a product, as typed in a form. */
export type Opening = {
  /** Package of the Android app; empty opens the site. */
  readonly android: string;
  readonly ios: boolean;
  readonly productParams: readonly string[];
  readonly kaspi: boolean;
};

export const NO_OPENING: Opening = { android: '', ios: false, productParams: [], kaspi: false };

/** Patterns and bounds of AndroidPackage and ProductParams in openapi. */
const PACKAGE = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$/;
const PACKAGE_MAX = 150;
const PARAM = /^[A-Za-z0-9_.[\]-]{1,40}$/;
export const MOST_PARAMS = 10;

/** An address of Google Play is taken too: its `id` is the package. */
export function packageOf(typed: string): string {
  const text = typed.trim();
  return /[?&]id=([A-Za-z0-9_.]+)/.exec(text)?.[1] ?? text;
}

export const isPackage = (text: string): boolean =>
  text === '' || (text.length <= PACKAGE_MAX && PACKAGE.test(text));

export const isParam = (text: string): boolean => PARAM.test(text);

export const openingOf = (programme: Programme): Opening => ({
  android: programme.android_package ?? '',
  ios: programme.ios_universal,
  productParams: programme.product_params,
  kaspi: programme.buyers_prefer_kaspi,
});

/** What the API takes. */
export const openingInput = ({ android, ios, productParams, kaspi }: Opening) => ({
  android_package: android === '' ? null : android,
  ios_universal: ios,
  product_params: [...productParams],
  buyers_prefer_kaspi: kaspi,
});
