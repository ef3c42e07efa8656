import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import type { ReactNode } from 'react';

import { formatShare } from '../../../ui/format/money';
import classes from './Change.module.css';

export type ChangeProps = {
  /** 0.12 = 12 % more than before. */
  readonly share: number;
  /** More is neither good nor bad (cost). */
  readonly neutral?: boolean;
};

const SAME_BELOW = 0.0005;

/** How a figure has changed: sign, arrow and colour, so that none of them is needed alone. */
export function Change({ share, neutral = false }: ChangeProps): ReactNode {
  const same = Math.abs(share) < SAME_BELOW;
  const up = share > 0;
  const Arrow = same ? IconMinus : up ? IconArrowUpRight : IconArrowDownRight;
  const tone = same || neutral ? 'plain' : up ? 'good' : 'bad';
  const sign = same ? '' : up ? '+' : '−';
  return (
    <span className={classes.change} data-tone={tone}>
      <Arrow size={14} aria-hidden />
      {sign}
      {formatShare(Math.abs(share))}
    </span>
  );
}
