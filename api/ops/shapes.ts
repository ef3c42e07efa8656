import { isReasonCode, reason as conversionReason } from '../../domain/conversions/reasons';
import { payoutReason } from '../../domain/payouts/reasons';

/** Parts that many answers to operators share. */

export const actor = (id: string, name: string | null): { id: string; name: string | null } => ({
  id,
  name,
});

export const conversionWhy = (code: string | null): unknown =>
  code === null ? null : conversionReason(code);

export const payoutWhy = (code: string | null): unknown =>
  code === null ? null : payoutReason(code);

/** For lists that mix both. */
export const anyWhy = (code: string | null): unknown =>
  code === null ? null : isReasonCode(code) ? conversionReason(code) : payoutReason(code);

export const named = (
  id: string | null,
  name: string | null,
): { id: string; name: string } | null => (id === null ? null : { id, name: name ?? '' });
