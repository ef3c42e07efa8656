import type { ReactNode } from 'react';

import { linkStanding, LinkStandingBadge } from '../../ui/components/LinkStandingBadge';
import type { Link } from '../data/types';

/** Nothing for a link that works. */
export function StandingBadge({ link, size }: { link: Link; size: 'sm' | 'lg' }): ReactNode {
  const standing = linkStanding(link);
  return standing === 'works' ? null : <LinkStandingBadge standing={standing} size={size} />;
}
