import type { Tiyn } from '../domain/money';
import type { Result } from '../domain/result';

/**
 * What the platform needs of the outside world. Adapters answer with typed outcomes and do not throw for
 * anything a partner can do: the caller must decide between "paid", "refused" and "nobody knows", and the
 * compiler makes it.
 */

/** The step that failed and why, e.g. `submit:timeout`. Carries no partner text and no personal data. */
export type UnknownCause = `${'login' | 'lookup' | 'submit' | 'read'}:${PartnerFailure}`;

export type PartnerFailure =
  | 'timeout'
  | 'not_connected'
  | 'connection_reset'
  | 'redirect'
  | 'too_large'
  | 'garbled_body'
  /** Our credentials were refused, also after logging in anew. */
  | 'auth'
  /** Any answer outside the partner's contract. */
  | `http_${number}`
  /** The partner holds other content under our reference, or a state or row we cannot read. */
  | 'reference_conflict'
  | 'amount_mismatch'
  | 'state_unknown';

export type Unknown = { readonly kind: 'unknown'; readonly cause: UnknownCause };
/** Definite: the money did not move and will not under this reference. `reason` is masked partner text. */
export type Refused = { readonly kind: 'refused'; readonly code: string; readonly reason: string };

/** `amount` is what the provider says it paid: compare it with what was asked. */
export type Paid = { readonly kind: 'paid'; readonly providerId: string; readonly amount: Tiyn };

export type SubmitOutcome =
  { readonly kind: 'accepted'; readonly providerId: string } | Paid | Refused | Unknown;

export type StatusOutcome =
  | Paid
  | { readonly kind: 'processing'; readonly providerId: string }
  | Refused
  /** Not proof that nothing was sent: it counts only when repeated after the provider's delay. */
  | { readonly kind: 'not_found' }
  | Unknown;

export type PayoutRequest = {
  /** Stored before the first call and never changed for one attempt: 1–64 of `A–Z a–z 0–9 _ . : -`. */
  readonly reference: string;
  readonly amount: Tiyn;
  /** The provider's card token; a full card number is refused before anything is sent. */
  readonly instrument: { readonly token: string; readonly last4: string };
  /** Shown to the payee. No personal data. */
  readonly description: string;
};

export type StatementEntry = {
  readonly reference: string;
  readonly providerId: string;
  readonly amount: Tiyn;
  readonly state: 'paid' | 'processing' | 'refused';
  /** ISO 8601, UTC. */
  readonly at: string;
};

export type StatementOutcome =
  { readonly kind: 'statement'; readonly entries: readonly StatementEntry[] } | Unknown;
export type BalanceOutcome = { readonly kind: 'balance'; readonly amount: Tiyn } | Unknown;

export type CardBrand = 'visa' | 'mastercard' | 'unionpay' | 'maestro' | 'amex' | 'unknown';

export type CardTokenOutcome =
  | {
      readonly kind: 'card';
      readonly last4: string;
      readonly brand: CardBrand;
      /** Only an active card may be paid to; `unusable` is any state of the provider's we do not know. */
      readonly state: 'active' | 'blocked' | 'expired' | 'unusable';
      /**
       * The `state` the card form was opened with; null when the token was not made by a form. It must be
       * the one given to this very session: otherwise somebody else's token was brought here.
       */
      readonly formState: string | null;
    }
  /** The provider never issued this token: it must not be stored. */
  | { readonly kind: 'not_found' }
  | Unknown;

export type PayoutCapabilities = {
  readonly destinations: readonly ('card_token' | 'iban')[];
  readonly deduplicatesByReference: boolean;
  readonly lookupByReference: boolean;
  readonly statement: boolean;
  readonly balance: boolean;
};

export interface PayoutProvider {
  readonly name: string;
  readonly capabilities: PayoutCapabilities;
  /**
   * Makes sure one payout with this reference exists: looks it up, sends only when absent. Safe to call
   * again with the same request. Everything unclear after sending is `unknown`, never `refused`.
   */
  ensurePayout(request: PayoutRequest): Promise<SubmitOutcome>;
  status(reference: string): Promise<StatusOutcome>;
  /** Payouts the provider booked on a day, `YYYY-MM-DD` in Almaty. */
  statement(day: string): Promise<StatementOutcome>;
  balance(): Promise<BalanceOutcome>;
  /**
   * What the provider itself knows of a card token. Query parameters of the redirect that brings a token
   * from the provider's card form are hints of a browser: ask here before the token is stored.
   */
  describeToken(token: string): Promise<CardTokenOutcome>;
}

export type OrderState = 'pending' | 'delivered' | 'cancelled' | 'returned';

export type OrderStatusOutcome =
  | {
      readonly kind: OrderState;
      /** Absent when the shop tells it in another currency than tenge. */
      readonly amount?: Tiyn;
      /** When the order entered this state, ISO 8601, UTC. */
      readonly at: string;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly kind: 'auth' }
  | Unknown;

export interface OrderSource {
  readonly name: string;
  /** `since`: ISO instant before the order's last change; how far back is looked. */
  status(orderId: string, options: { readonly since: string }): Promise<OrderStatusOutcome>;
}

export type SmsMessage = {
  /** Stored before the first call, one a message: 1–64 of `A–Z a–z 0–9 _ . : -`. */
  readonly reference: string;
  /** E.164 with the plus: `+77011234567`. */
  readonly phone: string;
  /** 1–1000 characters. */
  readonly text: string;
};

export type SmsFailureCode =
  /** The gateway took the call and will not send this message: text, sender name or the number's operator. */
  | 'sms_rejected'
  /** Nobody answered, or our account with the gateway is at fault (credentials, balance). */
  | 'sms_unavailable'
  | 'sms_rate_limited'
  | 'sms_phone_invalid';

/** Carries neither phone nor text nor the gateway's own words: safe to log. */
export type SmsFailure = {
  readonly code: SmsFailureCode;
  /** `not_sent` is certain; `unknown` may still arrive on the phone. */
  readonly delivery: 'not_sent' | 'unknown';
  readonly cause:
    UnknownCause | `gateway_error_${number}` | 'malformed_phone' | 'malformed_message';
  /** How long the gateway asked to wait; null when it did not say. */
  readonly retryAfterMs: number | null;
};

export interface SmsSender {
  readonly name: string;
  /**
   * Accepted by the gateway, not yet delivered. The same reference again sends no second message, as long as
   * the gateway remembers the first.
   */
  send(message: SmsMessage): Promise<Result<{ readonly providerId: string }, SmsFailure>>;
}

export type MailMessage = {
  /** Stored before the first call, one a message: 1–64 of `A–Z a–z 0–9 _ . : -`. */
  readonly reference: string;
  readonly to: string;
  readonly subject: string;
  /** Plain text: what the person reads is what was written, and no client turns it into anything else. */
  readonly text: string;
};

/** Carries neither address nor text nor the provider's own words: safe to log. */
export type MailFailure = {
  /** `mail_rejected`: this message will never be taken, however often it is sent. */
  readonly code: 'mail_rejected' | 'mail_unavailable' | 'mail_rate_limited';
  readonly cause: UnknownCause | 'malformed_message';
  /** How long the provider asked to wait; null when it did not say. */
  readonly retryAfterMs: number | null;
};

export interface MailSender {
  readonly name: string;
  /** Accepted by the provider, not yet delivered. The same reference again sends no second message for a day. */
  send(message: MailMessage): Promise<Result<{ readonly providerId: string }, MailFailure>>;
}
