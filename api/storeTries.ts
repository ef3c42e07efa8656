import { isTransient } from '../store/postgres/codes';

/** A deadlock's loser and a connection that went away have done nothing: once more is often enough. */
const TRIES = 3;

/** Runs a whole transaction again when it lost by chance; a store that stays away is a value. */
export async function storeTries<T>(work: () => Promise<T>): Promise<T | 'store_unavailable'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      if (!isTransient(thrown)) throw thrown;
      if (attempt === TRIES) return 'store_unavailable';
    }
  }
}
