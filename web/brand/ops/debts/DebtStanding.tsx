import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import { isZero } from '../../../ui/format/money';
import type { Debt } from './useDebts';

type Standing = 'open' | 'proposed' | 'covered' | 'given_up' | 'mixed';

const TONE: Record<Standing, Tone> = {
  open: 'wait',
  proposed: 'attention',
  covered: 'good',
  given_up: 'plain',
  mixed: 'plain',
};

function standingOf({ open, netted, write_off, written_off }: Debt): Standing {
  if (!isZero(open)) return write_off.proposal ? 'proposed' : 'open';
  if (isZero(written_off)) return 'covered';
  return isZero(netted) ? 'given_up' : 'mixed';
}

export function DebtStanding({ debt }: { debt: Debt }): ReactNode {
  const { t } = useTranslation('opsDebts');
  const standing = standingOf(debt);
  return <StateBadge tone={TONE[standing]} label={t(`standing.${standing}`)} />;
}
