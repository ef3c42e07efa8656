import type { OrderSource } from '../../adapters/ports';
import type { ConversionDeps } from '../conversions/deps';

export type ShopDeps = ConversionDeps & {
  readonly sources: Readonly<Record<string, OrderSource>>;
};
