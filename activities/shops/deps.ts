import type { Pool } from 'pg';

import type { OrderSource } from '../../adapters/ports';

export type ShopDeps = {
  readonly pool: Pool;
  readonly sources: Readonly<Record<string, OrderSource>>;
  readonly now: () => Date;
};
