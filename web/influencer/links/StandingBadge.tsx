import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge } from '../../ui/components/StateBadge';
import type { Link } from '../data/types';
import { linkStanding, STANDING_TONE } from './linkStanding';

/** Nothing for a link that works; needs the `links` texts. */
export function StandingBadge({ link, size }: { link: Link; size: 'sm' | 'lg' }): ReactNode {
  const { t } = useTranslation('links');
  const standing = linkStanding(link);
  if (standing === 'works') return null;
  return (
    <StateBadge tone={STANDING_TONE[standing]} label={t(`standing.${standing}`)} size={size} />
  );
}
