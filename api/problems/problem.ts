import type { Text } from '../../domain/conversions/reasons';

export type ProblemText = Text & { readonly status: number; readonly title: string };

/** One refusal: HTTP status, title for engineers, and a sentence for a person in ru, kk and en. */
export const problem = (
  status: number,
  title: string,
  ru: string,
  kk: string,
  en: string,
): ProblemText => ({ status, title, ru, kk, en });
