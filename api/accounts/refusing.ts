import type { Pool } from 'pg';

import { inTransaction, type Sql } from '../../store/postgres/pool';
import type { Refusal } from '../reply';

class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super('refused');
  }
}

const isRefusal = (done: unknown): done is Refusal =>
  typeof done === 'object' && done !== null && 'problem' in done;

/** One transaction that a refusal rolls back whole, as a throw does: a link is used up by what it is for and nothing else. */
export async function wholeOrRefused<T>(
  pool: Pool,
  work: (sql: Sql) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  try {
    return await inTransaction(pool, async (sql) => {
      const done = await work(sql);
      if (isRefusal(done)) throw new Refused(done);
      return done;
    });
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.refusal;
    throw thrown;
  }
}
