import { Text, type TextProps } from '@mantine/core';
import type { ReactNode } from 'react';

import { formatMoney } from '../format/money';
import { LineSkeleton } from './Skeletons';

export type MoneyProps = Omit<TextProps, 'children'> & {
  /** Decimal tenge of the API; undefined while it loads (the line keeps its height). */
  readonly tenge: string | undefined;
  /** `+` before what came in, for lists of entries. */
  readonly signed?: boolean;
};

/** The one way money is shown: `12 345,67 ₸`, figures of equal width, never broken over lines. */
export function Money({ tenge, signed = false, className, ...rest }: MoneyProps): ReactNode {
  if (tenge === undefined) return <LineSkeleton width="9ch" />;
  const plus = signed && !tenge.startsWith('-') && !/^0+(\.0+)?$/.test(tenge) ? '+' : '';
  return (
    <Text
      component="span"
      inherit
      // Browser tests watch that a figure never moves under a thumb.
      data-money
      className={className ? `gamma-figures ${className}` : 'gamma-figures'}
      {...rest}
    >
      {plus}
      {formatMoney(tenge)}
    </Text>
  );
}
