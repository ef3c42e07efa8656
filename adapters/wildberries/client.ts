import { parseExactJson } from '../exactJson';
import { HttpClient } from '../http';
import type { WildberriesConfig } from './config';
import { feedFailure, type FeedFailure } from './errors';
import { readFeedPage, type WireFeedPage } from './wire';

/** Rows of a request; the shop allows as many, and each request costs a minute. */
export const PAGE_ROWS = 10_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export type FeedQuery = {
  /** ISO instants of the status change. */
  readonly start: string;
  readonly end: string;
  readonly offset: number;
  /** Of the first page: later pages must read the same snapshot. */
  readonly snapshotTime: string | null;
};

export type FeedAnswer = { readonly kind: 'page'; readonly page: WireFeedPage } | FeedFailure;

export class WildberriesClient {
  readonly #http: HttpClient;

  constructor(private readonly config: WildberriesConfig) {
    const { baseUrl, timeoutMs } = config;
    this.#http = new HttpClient({ baseUrl, timeoutMs, maxBodyBytes: MAX_BODY_BYTES });
  }

  async orderFeed(query: FeedQuery): Promise<FeedAnswer> {
    const answer = await this.#http.send({
      method: 'POST',
      path: '/api/analytics/v1/order-feed',
      headers: { authorization: this.config.token },
      json: {
        selectedPeriod: { start: query.start, end: query.end },
        pagination: { offset: query.offset, limit: PAGE_ROWS },
        ...(query.snapshotTime === null ? {} : { snapshotTime: query.snapshotTime }),
      },
    });
    if (answer.kind === 'failed') return { kind: 'unknown', cause: `read:${answer.cause}` };
    if (answer.status !== 200) {
      return feedFailure(answer.status, answer.headers, this.config.intervalMs);
    }
    const json = parseExactJson(answer.body);
    const page = json.ok ? readFeedPage(json.value) : null;
    return page === null ? { kind: 'unknown', cause: 'read:garbled_body' } : { kind: 'page', page };
  }
}
