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

/** A card behind a token. Null when it is not about the token asked for. */
export type WireCard = {
  readonly last4: string;
  readonly brand: string | null;
  readonly status: string;
  readonly formState: string | null;
};

export function readCard(json: unknown, token: string): WireCard | null {
  if (!isObject(json) || textField(json, 'card_token') !== token) return null;
  const last4 = textField(json, 'last4');
  const status = textField(json, 'status');
  if (last4 === null || !/^\d{4}$/.test(last4) || status === null) return null;
  return {
    last4,
    brand: textField(json, 'brand'),
    status,
    formState: textField(json, 'form_state'),
  };
}

export function readToken(json: unknown): string | null {
  const token = isObject(json) ? textField(json, 'token') : null;
  // It goes into a header: visible ASCII only.
  return token !== null && /^[\x21-\x7e]{1,4096}$/.test(token) ? token : null;
}

export function readBalance(json: unknown): Tiyn | null {
  return isObject(json) ? readAmount(textField(json, 'balance')) : null;
}
