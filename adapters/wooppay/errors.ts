import { isObject, textField } from '../exactJson';
import { maskPartnerText, refusalCode } from '../masking';
import type { Refused } from '../ports';

export type FieldError = {
  readonly field: string;
  readonly message: string;
  readonly code: string | null;
};

/** A 422 body: a list of {field, message}; null when it is anything else. */
export function readFieldErrors(json: unknown): readonly FieldError[] | null {
  if (!Array.isArray(json) || json.length === 0) return null;
  const errors: FieldError[] = [];
  for (const item of json as unknown[]) {
    const field = isObject(item) ? textField(item, 'field') : null;
    const message = isObject(item) ? textField(item, 'message') : null;
    if (!isObject(item) || field === null || message === null) return null;
    errors.push({ field, message, code: textField(item, 'code') });
  }
  return errors;
}

/**
 * A refusal, unless it is about our reference: "already used" would mean that a payout exists under it,
 * and calling that refused would release money that may have moved.
 */
export function refusalOf(errors: readonly FieldError[]): Refused | 'reference_conflict' {
  if (errors.some((error) => error.field === 'reference_id')) return 'reference_conflict';
  const [first] = errors;
  return {
    kind: 'refused',
    code: refusalCode(
      first?.code ?? null,
      refusalCode(`invalid_${first?.field}`, 'invalid_request'),
    ),
    reason: maskPartnerText(errors.map((error) => error.message).join('; ')),
  };
}
