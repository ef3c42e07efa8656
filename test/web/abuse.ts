import { createHash, randomBytes } from 'node:crypto';

import type { Page } from 'playwright-core';

import { call } from '../../sandbox/demo/http';
import { createClickhouse } from '../../store/clickhouse/client';
import { CLICK_DEFAULTS, insertClicks, type ClickRow } from '../support/clickRow';
import type { TestPlatform } from '../support/platform';
import { asPerson } from './desk';

/** What goes wrong with links, made real: reports of strangers, and clicks that people do not make. */

/** Somebody without an account reports a link; answers the report's id, as the person at the page finds it. */
export async function reported(
  on: TestPlatform,
  ops: Page,
  code: string,
  fields: { readonly reason?: string; readonly comment?: string } = {},
): Promise<string> {
  await call('POST', `${on.platform.urls.api}/v1/link-reports`, {
    body: { address: `${on.platform.urls.redirect}/${code}`, reason: 'fraud', ...fields },
    expect: [202],
  });
  const { body } = await asPerson(ops, 'GET', '/v1/ops/link-reports?limit=1');
  return (body['items'] as [{ id: string }])[0].id;
}

const DAY_MS = 86_400_000;
const CLICKS = 480;
const VISITORS = 12;

/**
 * 480 clicks on one link within a minute, by twelve visitors of one network, two days ago at noon: signals
 * `network_velocity` and `link_velocity`, both grave.
 */
export async function suspicious(on: TestPlatform, code: string): Promise<void> {
  const { rows } = await on.db.pool.query<{
    number: number;
    programme_id: string;
    influencer_id: string;
    target_url: string;
  }>('select number, programme_id, influencer_id, target_url from links where code = $1', [code]);
  const link = rows[0]!;
  const at = Math.floor(Date.now() / DAY_MS - 2) * DAY_MS + 7 * 3_600_000;
  const clicks = Array.from({ length: CLICKS }, (_, n): ClickRow => {
    const visitor = createHash('sha256').update(`${code} ${n % VISITORS}`);
    return {
      ...CLICK_DEFAULTS,
      ts: ((at + n * 100) / 1000).toFixed(3),
      click_id: randomBytes(16).toString('hex'),
      link_number: link.number,
      programme_id: link.programme_id,
      influencer_id: link.influencer_id,
      target_host: new URL(link.target_url).host,
      target_url: link.target_url,
      ip_hash: visitor.digest().readBigUInt64BE().toString(),
      user_agent: 'Mozilla/5.0 one phone',
      unique: 1,
    };
  });
  const clickhouse = createClickhouse({
    url: on.clickhouseUrl,
    applicationName: 'test',
    requestTimeoutMs: 10_000,
  });
  await insertClicks(clickhouse, clicks, randomBytes(8).toString('hex'));
  await clickhouse.close();
}
