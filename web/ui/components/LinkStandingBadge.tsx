import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from './StateBadge';

/** What a link is doing; `broken` works by itself and leads to a shop that takes no part now. */
export type LinkStanding = 'works' | 'paused' | 'expired' | 'taken_down' | 'deleted' | 'broken';

const TONE: Readonly<Record<LinkStanding, Tone>> = {
  works: 'good',
  paused: 'plain',
  expired: 'wait',
  taken_down: 'bad',
  deleted: 'plain',
  broken: 'bad',
};

const OF_CODE: Readonly<Record<string, LinkStanding>> = {
  link_taken_down: 'taken_down',
  link_expired: 'expired',
  link_paused: 'paused',
  link_deleted: 'deleted',
};

/** Of a link as its owner and operators read it: `works` is null, or the code of why it does not. */
export const linkStanding = ({
  works,
}: {
  works: { readonly code: string } | null;
}): LinkStanding => (works === null ? 'works' : (OF_CODE[works.code] ?? 'broken'));

export function LinkStandingBadge(props: {
  standing: LinkStanding;
  size?: 'sm' | 'md' | 'lg';
}): ReactNode {
  const { standing, size = 'md' } = props;
  const { t } = useTranslation('ui');
  return (
    <StateBadge
      tone={TONE[standing]}
      label={t(`link_standing.${standing}`)}
      size={size}
      data-standing={standing}
    />
  );
}
