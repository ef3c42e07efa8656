import {
  checkTarget,
  clickIdSlot,
  normaliseHost,
  parseTarget,
  type Target,
} from '../domain/links/target';
import type { LinkErrorCode } from '../domain/links/texts';
import { err, ok, type Result } from '../domain/result';
import { LRUCache } from 'lru-cache';

import type { LinkRecord } from '../store/postgres/links';
import { linkPart } from './clickLine';

/** A place a click may go to, cut up for the hot path: Location is head + click id + tail. */
export type Destination = {
  readonly linkNumber: number;
  readonly head: string;
  readonly tail: string;
  /** The unchanging part of the click's line in the log. */
  readonly line: string;
};

export type ShortLink = { readonly go: Result<Destination, LinkErrorCode> };
/** The open links of one influencer by host. */
export type OpenLinks = { readonly byHost: ReadonlyMap<string, LinkRecord> };

export function stateError(link: LinkRecord): LinkErrorCode | undefined {
  if (link.state !== 'active') return link.state === 'paused' ? 'link_paused' : 'link_deleted';
  if (link.programmeState === 'active') return undefined;
  return link.programmeState === 'paused' ? 'programme_paused' : 'programme_ended';
}

function hostSet(link: LinkRecord): ReadonlySet<string> {
  return new Set(link.hosts.map(normaliseHost).filter((host) => host !== undefined));
}

function destination(link: LinkRecord, target: Target): Destination {
  const { head, tail } = clickIdSlot(target.href, link.clickParam);
  return {
    linkNumber: link.number,
    head,
    tail,
    line: linkPart(link, target.host, target.href),
  };
}

/** The stored target is checked again at use: a row may be older than today's rules or hosts. */
export function compileShort(link: LinkRecord): ShortLink {
  const stopped = stateError(link);
  if (stopped) return { go: err(stopped) };
  const target = checkTarget(link.targetUrl ?? '', hostSet(link));
  return { go: target.ok ? ok(destination(link, target.value)) : target };
}

export function compileOpen(links: readonly LinkRecord[]): OpenLinks {
  const byHost = new Map<string, LinkRecord>();
  for (const link of links) {
    for (const host of hostSet(link)) if (!byHost.has(host)) byHost.set(host, link);
  }
  return { byHost };
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
): Result<Destination, LinkErrorCode> {
  const link = links.byHost.get(target.host);
  if (!link) return err('target_host_not_listed');
  const stopped = stateError(link);
  return stopped ? err(stopped) : ok(destination(link, target));
}
