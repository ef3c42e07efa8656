import { Text, type TextProps } from '@mantine/core';
import type { ReactNode } from 'react';

import { useLanguage } from '../i18n/useLanguage';

export type TextInThree = { readonly ru: string; readonly kk: string; readonly en: string };

export type ReasonTextProps = Omit<TextProps, 'children'> & {
  /** The API's reason `{ code, ru, kk, en }` or any text it sends in three languages. */
  readonly reason: TextInThree;
};

export function ReasonText({ reason, ...rest }: ReasonTextProps): ReactNode {
  const language = useLanguage();
  return <Text {...rest}>{reason[language]}</Text>;
}
