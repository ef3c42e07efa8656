import type { Tone } from '../../ui/components/StateBadge';
import type { Link } from '../data/types';

/** What a link is doing, for its badge: the words of why are in `works`. */
export type LinkStanding = 'works' | 'paused' | 'expired' | 'taken_down' | 'deleted' | 'broken';

const OF_CODE: Readonly<Record<string, LinkStanding>> = {
  link_taken_down: 'taken_down',
  link_expired: 'expired',
  link_paused: 'paused',
  link_deleted: 'deleted',
};

export const linkStanding = ({ works }: Pick<Link, 'works'>): LinkStanding =>
  works === null ? 'works' : (OF_CODE[works.code] ?? 'broken');

export const STANDING_TONE: Readonly<Record<LinkStanding, Tone>> = {
  works: 'good',
  paused: 'plain',
  expired: 'wait',
  taken_down: 'bad',
  deleted: 'plain',
  broken: 'bad',
};
