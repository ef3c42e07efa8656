import { parseTenge, type Tiyn } from '../../domain/money';
import { isObject, textField } from '../exactJson';

/** A payout as the provider tells it; amounts are decimal tenge on the wire and tiyn from here on. */
export type WirePayout = {
  readonly id: string;
  readonly reference: string;
  readonly amount: Tiyn;
  readonly status: string;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly updatedAt: string | null;
};

function readAmount(text: string | null): Tiyn | null {
  const amount = text === null ? null : parseTenge(text);
  return amount?.ok && amount.value >= 0n ? amount.value : null;
}

export function readPayout(json: unknown): WirePayout | null {
  if (!isObject(json)) return null;
  const id = textField(json, 'id');
  const reference = textField(json, 'reference_id');
  const amount = readAmount(textField(json, 'amount'));
  const status = textField(json, 'status');
  if (id === null || reference === null || amount === null || status === null) return null;
  return {
    id,
    reference,
    amount,
    status,
    errorCode: textField(json, 'error_code'),
    errorMessage: textField(json, 'error_message'),
    updatedAt: textField(json, 'updated_at'),
  };
}

export type WirePage = {
  readonly payouts: readonly WirePayout[];
  readonly nextPage: string | null;
};

export function readPage(json: unknown): WirePage | null {
  if (!isObject(json) || !Array.isArray(json['items'])) return null;
  const payouts: WirePayout[] = [];
  for (const item of json['items'] as unknown[]) {
    const payout = readPayout(item);
    if (payout === null) return null;
    payouts.push(payout);
  }
  return { payouts, nextPage: textField(json, 'next_page') };
}

export function readToken(json: unknown): string | null {
  const token = isObject(json) ? textField(json, 'token') : null;
  // It goes into a header: visible ASCII only.
  return token !== null && /^[\x21-\x7e]{1,4096}$/.test(token) ? token : null;
}

export function readBalance(json: unknown): Tiyn | null {
  return isObject(json) ? readAmount(textField(json, 'balance')) : null;
}
