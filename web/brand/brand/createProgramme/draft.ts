import type { Confirmation } from '../programme/ConfirmationChoice';
import { isPackage, NO_OPENING, openingInput, type Opening } from '../programme/opening';
import { mapOf, doubledWord, type StatusWord } from '../programme/StatusWords';
import { FIRST_TERMS, termsOf, type TermsForm } from '../programme/terms';
import type { ProgrammeInput } from './useCreateProgramme';

/** A programme that is being described, step by step. */
export type Draft = {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly clickParam: string;
  readonly opening: Opening;
  readonly confirmation: Confirmation;
  readonly words: readonly StatusWord[];
  readonly terms: TermsForm;
};

export const EMPTY_DRAFT: Draft = {
  name: '',
  hosts: [],
  clickParam: 'sub1',
  opening: NO_OPENING,
  confirmation: 'postback',
  words: [],
  terms: FIRST_TERMS,
};

export const isClickParam = (text: string): boolean => /^[A-Za-z0-9_]{1,32}$/.test(text);

/** Whether step 0–2 is filled in, so that the next may be opened. */
export function isComplete(draft: Draft, step: number): boolean {
  if (step === 0) {
    const named = draft.name.trim() !== '' && draft.hosts.length > 0;
    return named && isClickParam(draft.clickParam) && isPackage(draft.opening.android);
  }
  if (step === 1) return doubledWord(draft.words) === null;
  return termsOf(draft.terms) !== null;
}

/** What the API takes; null while a step is not filled in. */
export function inputOf(draft: Draft): ProgrammeInput | null {
  const terms = termsOf(draft.terms);
  if (!terms || !isComplete(draft, 0) || !isComplete(draft, 1)) return null;
  return {
    name: draft.name.trim(),
    hosts: [...draft.hosts],
    click_param: draft.clickParam,
    confirmation: draft.confirmation,
    status_map: mapOf(draft.words),
    ...openingInput(draft.opening),
    terms,
  };
}
