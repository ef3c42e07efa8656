import { formatCount } from '../../../ui/format/money';

/** In the order people read them. */
export const FIGURES = ['clicks', 'counted', 'unique', 'not_counted'] as const;
export type FigureName = (typeof FIGURES)[number];

/** A count in words; a dash while the click store does not answer. */
export const figure = (count: number | null): string => (count === null ? '—' : formatCount(count));

const SHOPS: Readonly<Record<string, string>> = {
  wb: 'Wildberries',
  kaspi: 'Kaspi',
  technodom: 'Technodom',
  magnum: 'Magnum',
};

/** `wb:12345` (docs/links.md) as people know it; addresses stay as they are. */
export function productName(key: string): string {
  const [, shop = '', article = ''] = /^([a-z]+):(.+)$/.exec(key) ?? [];
  const name = SHOPS[shop];
  return name ? `${name} · ${article}` : key;
}
