import { isObject, textField } from '../exactJson';

/** An answer to `send`: the gateway says both with HTTP 200. */
export type WireSent =
  | { readonly kind: 'accepted'; readonly id: string }
  | { readonly kind: 'error'; readonly code: number };

function errorCode(json: unknown): number | null {
  const code = isObject(json) ? textField(json, 'error_code') : null;
  return code !== null && /^\d{1,4}$/.test(code) ? Number(code) : null;
}

export function readSent(json: unknown): WireSent | null {
  const code = errorCode(json);
  if (code !== null) return { kind: 'error', code };
  const id = isObject(json) ? textField(json, 'id') : null;
  // An id beside a count of no messages would be no acceptance.
  const count = isObject(json) ? textField(json, 'cnt') : null;
  if (id === null || !/^\d{1,10}$/.test(id) || count === null || !/^[1-9]\d*$/.test(count)) {
    return null;
  }
  return { kind: 'accepted', id };
}

/** An answer to `status`: the state's number (−3 no such message), or the gateway's error. */
export type WireStatus =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'error'; readonly code: number };

export function readStatus(json: unknown): WireStatus | null {
  const code = errorCode(json);
  if (code !== null) return { kind: 'error', code };
  const status = isObject(json) ? textField(json, 'status') : null;
  if (status === null || !/^-?\d{1,4}$/.test(status)) return null;
  return { kind: 'status', status: Number(status) };
}
