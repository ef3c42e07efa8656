import { readAgent, type Agent, type InApp } from '../domain/clicks/agent';
import { rowText, type ClickColumns, type ClickRow } from '../store/clickhouse/clicks';
import type { Place, Visit } from './clickLine';
import { ClickReader } from './clickReader';
import { createMonthlyMask } from './ipMask';
import { RecentMap } from './recentMap';

/** Lower-case host of a Referer, '' for none or one that is not a host (strangers write it). */
export function referrerHost(referrer: string): string {
  const [, host = ''] =
    /^[a-z][a-z0-9+.-]{0,20}:\/\/([^/?#@:\s]{1,253})(?=[/?#:]|$)/i.exec(referrer) ?? [];
  return /^[a-z0-9_.-]+$/i.test(host) ? host.toLowerCase() : '';
}

/** Where links are shared, by the host a browser names when somebody comes from there. */
const APP_HOSTS: readonly (readonly [app: InApp, hosts: RegExp])[] = [
  ['instagram', /(?:^|\.)instagram\.com$|^com\.instagram\./],
  ['tiktok', /(?:^|\.)tiktok\.com$|^com\.zhiliaoapp\.musically/],
  ['telegram', /(?:^|\.)(?:t\.me|telegram\.org)$|^org\.telegram\./],
  ['facebook', /(?:^|\.)(?:facebook|fb)\.com$|^com\.facebook\./],
  ['whatsapp', /(?:^|\.)(?:whatsapp\.com|wa\.me)$|^com\.whatsapp/],
  ['youtube', /(?:^|\.)(?:youtube\.com|youtu\.be)$|^com\.google\.android\.youtube/],
  ['vk', /(?:^|\.)vk\.(?:com|ru)$|^com\.vkontakte\./],
  ['threads', /(?:^|\.)threads\.(?:net|com)$/],
];

type Source = Required<Pick<ClickRow, 'device' | 'os' | 'app' | 'browser' | 'referrer_host'>>;

/** The app whose browser it is; an app that opens another browser is told by the referrer. */
function readSource({ device, os, app, browser }: Agent, referrer: string): Source {
  const referrer_host = referrerHost(referrer);
  const referred = APP_HOSTS.find(([, hosts]) => hosts.test(referrer_host))?.[0];
  const where = app === null || app === 'other' ? (referred ?? app) : app;
  return { device, os, app: where ?? '', browser, referrer_host };
}

const FRONT = ['ts', 'click_id'] as const;
const PLACE = [
  'influencer_id',
  'link_number',
  'programme_id',
  'target_host',
  'target_url',
  'product_key',
] as const;
const MASK = ['ip_prefix', 'ip_hash'] as const;
const VISIT = [
  'user_agent',
  'referrer',
  'accept_language',
  'sub1',
  'sub2',
  'sub3',
  'sub4',
  'sub5',
  'billable',
  'reason',
  'unique',
  'way',
  'device',
  'os',
  'app',
  'browser',
  'referrer_host',
] as const;
const COLUMNS = [...FRONT, ...PLACE, ...MASK, ...VISIT] as const;

const placeOf = (click: Place): Required<Pick<ClickRow, (typeof PLACE)[number]>> => ({
  influencer_id: click.influencer,
  link_number: click.link,
  programme_id: click.programme,
  target_host: click.host,
  target_url: click.url,
  product_key: click.product ?? '',
});

const MAX_AGENTS = 10_000;

function visitOf(click: Visit, agent: Agent): Required<Pick<ClickRow, (typeof VISIT)[number]>> {
  const [sub1 = '', sub2 = '', sub3 = '', sub4 = '', sub5 = ''] = click.sub ?? [];
  return {
    user_agent: click.ua,
    referrer: click.referrer,
    accept_language: click.lang,
    sub1,
    sub2,
    sub3,
    sub4,
    sub5,
    billable: click.reason ? 0 : 1,
    reason: click.reason ?? '',
    unique: click.reason || click.repeat ? 0 : 1,
    way: click.way ?? '',
    ...readSource(agent, click.referrer),
  };
}

/** Digits of milliseconds as seconds with three decimals. */
function secondsOf(ms: string): string {
  const digits = ms.padStart(4, '0');
  return `${digits.slice(0, -3)}.${digits.slice(-3)}`;
}

/** UTF-8 bytes as characters, as the reader's slices are: joined to a row as they are, written as they are. */
const rawOf = (text: string): string => Buffer.from(text).toString('latin1');

/** Time, id and masked address of a row, with what stands between them. */
const MAX_REST_LENGTH = 256;
const SCRATCH_BYTES = 1 << 20;

/** Text of raw characters, in pieces. Written at once where it belongs: joining strings first costs a third more. */
class RawText {
  readonly pieces: Buffer[] = [];
  private scratch = Buffer.allocUnsafe(SCRATCH_BYTES);
  private length = 0;

  reserve(length: number): void {
    if (this.length + length <= this.scratch.length) return;
    this.endPiece();
    if (length > this.scratch.length) this.scratch = Buffer.allocUnsafe(length);
  }

  add(raw: string): void {
    this.length += this.scratch.write(raw, this.length, 'latin1');
  }

  endPiece(): void {
    if (this.length > 0) this.pieces.push(Buffer.from(this.scratch.subarray(0, this.length)));
    this.length = 0;
  }
}

/** Rows as the table takes them. `columns` begin as those of a ClickMark. */
export type ClickRows = {
  readonly columns: ClickColumns;
  readonly body: readonly Buffer[];
  readonly rows: number;
  /** Lines that were no clicks. */
  readonly broken: number;
};

/** Rows of the table from lines of the log: the same bytes for the same lines, whenever it is asked. */
export function createClickRows(ipHashKey: Buffer): (bytes: Buffer) => Promise<ClickRows> {
  const mask = createMonthlyMask(ipHashKey);
  const agents = new RecentMap<string, Agent>(MAX_AGENTS);
  const agentOf = (userAgent: string): Agent => {
    let agent = agents.get(userAgent);
    if (!agent) {
      agent = readAgent(userAgent);
      agents.set(userAgent, agent);
    }
    return agent;
  };
  const reader = new ClickReader<string, string>({
    place: (click) => rawOf(`\t${rowText(PLACE, placeOf(click))}\t`),
    visit: (click) => rawOf(`\t${rowText(VISIT, visitOf(click, agentOf(click.ua)))}\n`),
  });
  return async (bytes) => {
    const text = new RawText();
    let rows = 0;
    const broken = await reader.read(
      bytes,
      (id, ts, ip, place, visit) => {
        const { prefix, hash } = mask(ip, Number(ts));
        text.reserve(place.length + visit.length + MAX_REST_LENGTH);
        text.add(`${secondsOf(ts)}\t${id}`);
        text.add(place);
        text.add(`${prefix}\t${hash}`);
        text.add(visit);
        rows += 1;
      },
      () => text.endPiece(),
    );
    return { columns: COLUMNS, body: text.pieces, rows, broken };
  };
}
