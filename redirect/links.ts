import { LRUCache } from 'lru-cache';

import { intentSlot, type AppOpening, type IntentSlot } from '../domain/clicks/opening';
import { productOf } from '../domain/links/product';
import {
  checkTarget,
  clickIdSlot,
  normaliseHost,
  parseTarget,
  withoutClickId,
  type Target,
} from '../domain/links/target';
import { placeTitle } from '../domain/links/share';
import type { LinkErrorCode } from '../domain/links/texts';
import { err, ok, type Result } from '../domain/result';
import type { LinkRecord } from '../store/postgres/links';
import { linkPart } from './clickLine';

/** A place a click may go to, cut up for the hot path: Location is head + click id + tail. */
export type Destination = {
  readonly linkNumber: number;
  readonly head: string;
  readonly tail: string;
  /** The unchanging part of the click's line in the log. */
  readonly line: string;
  readonly clickParam: string;
  readonly opening: AppOpening;
  /** Opens the shop's Android app; undefined when the programme names none. */
  readonly intent: IntentSlot | undefined;
  readonly shown: Shown;
};

/** What people and messengers are shown of it. */
export type Shown = {
  readonly title: string;
  readonly shop: string;
  readonly host: string;
  readonly imageUrl: string | null;
};

export type ShortLink = {
  readonly go: Result<Destination, LinkErrorCode>;
  /** Asked at every use: an end comes without a refresh. Infinity: none. */
  readonly expiresAtMs: number;
};
/** The open links of one influencer by host. */
export type OpenLinks = {
  readonly byHost: ReadonlyMap<string, LinkRecord>;
  /** By the text's one parsed target (readTarget): made once per page, gone with either of them. */
  readonly made: WeakMap<Target, Result<Destination, LinkErrorCode>>;
};

/** Why a link leads nowhere whatever the hour; undefined when it leads somewhere. */
export function stateError(link: LinkRecord): LinkErrorCode | undefined {
  if (link.takenDown) return 'link_taken_down';
  if (link.state !== 'active') return link.state === 'paused' ? 'link_paused' : 'link_deleted';
  if (link.programmeState === 'active') return undefined;
  return link.programmeState === 'paused' ? 'programme_paused' : 'programme_ended';
}

function hostSet(link: LinkRecord): ReadonlySet<string> {
  return new Set(link.hosts.map(normaliseHost).filter((host) => host !== undefined));
}

function destination(link: LinkRecord, target: Target): Destination {
  const { head, tail } = clickIdSlot(target.href, link.clickParam);
  const { androidPackage, iosUniversal, clickParam } = link;
  const intent = androidPackage === null ? undefined : intentSlot({ head, tail }, androidPackage);
  const product = productOf(target, link.productParams).key;
  return {
    linkNumber: link.number,
    head,
    tail,
    line: linkPart(link, target.host, target.href, product),
    clickParam,
    opening: { androidPackage: intent ? androidPackage : null, iosUniversal },
    intent,
    shown: {
      title: link.title === '' ? placeTitle(target.href, target.host) : link.title,
      shop: link.programmeName,
      host: target.host,
      imageUrl: link.imageUrl,
    },
  };
}

export const plainAddress = (to: Destination): string => withoutClickId(to, to.clickParam);

/** The stored target is checked again at use: a row may be older than today's rules or hosts. */
export function compileShort(link: LinkRecord): ShortLink {
  const expiresAtMs = link.expiresAtMs ?? Infinity;
  const stopped = stateError(link);
  if (stopped) return { go: err(stopped), expiresAtMs };
  const target = checkTarget(link.targetUrl ?? '', hostSet(link));
  return { go: target.ok ? ok(destination(link, target.value)) : target, expiresAtMs };
}

export function compileOpen(links: readonly LinkRecord[]): OpenLinks {
  const byHost = new Map<string, LinkRecord>();
  for (const link of links) {
    for (const host of hostSet(link)) if (!byHost.has(host)) byHost.set(host, link);
  }
  return { byHost, made: new WeakMap() };
}

/** What was taken down is a product's link: it must not lead there by the open one either. */
function openTo(link: LinkRecord, target: Target): Result<Destination, LinkErrorCode> {
  const { takenDownProducts = [], productParams } = link;
  const isTakenDown =
    takenDownProducts.length > 0 &&
    (takenDownProducts.includes(productOf(target, productParams).key) ||
      takenDownProducts.includes(target.href));
  return isTakenDown ? err('link_taken_down') : ok(destination(link, target));
}

/** Parsing is a pure function of the text and the dearest step of /click: one result per text is kept. */
const parsed = new LRUCache<string, Result<Target, LinkErrorCode>>({ max: 10_000 });

export function readTarget(text: string): Result<Target, LinkErrorCode> {
  let target = parsed.get(text);
  if (!target) {
    target = parseTarget(text);
    if (text.length <= 2048) parsed.set(text, target);
  }
  return target;
}

export function openDestination(
  links: OpenLinks,
  target: Target,
  nowMs: number,
): Result<Destination, LinkErrorCode> {
  const link = links.byHost.get(target.host);
  if (!link) return err('target_host_not_listed');
  const stopped = stateError(link);
  if (stopped) return err(stopped);
  if (nowMs >= (link.expiresAtMs ?? Infinity)) return err('link_expired');
  let made = links.made.get(target);
  if (!made) {
    made = openTo(link, target);
    links.made.set(target, made);
  }
  return made;
}
