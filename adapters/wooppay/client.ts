import { formatTenge } from '../../domain/money';
import { parseExactJson } from '../exactJson';
import { HttpClient, type Deadline, type HttpOutcome, type HttpRequest } from '../http';
import type { PartnerFailure, PayoutRequest } from '../ports';
import type { WooppayConfig } from './config';
import { readToken } from './wire';

/** An answer within the contract, or why there is none. `login` tells failures before the call itself. */
export type Exchange =
  | { readonly kind: 'json'; readonly status: 200 | 409 | 422; readonly json: unknown }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed'; readonly login: boolean; readonly cause: PartnerFailure };

const MAX_BODY_BYTES = 4 * 1024 * 1024;

type Login = { readonly token: string } | { readonly cause: PartnerFailure };

/**
 * The provider's REST v1. Keeps one session token for the process; a 401 (expired session) means the call
 * was not executed, so logging in anew and repeating it once cannot pay twice.
 */
export class WooppayClient {
  readonly #http: HttpClient;
  #token: string | null = null;
  #pendingLogin: Promise<Login> | null = null;

  constructor(private readonly config: WooppayConfig) {
    const { baseUrl, timeoutMs } = config;
    this.#http = new HttpClient({ baseUrl, timeoutMs, maxBodyBytes: MAX_BODY_BYTES });
  }

  createPayout(request: PayoutRequest, deadline: Deadline): Promise<Exchange> {
    const json = {
      reference_id: request.reference,
      amount: formatTenge(request.amount),
      currency: 'KZT',
      card_token: request.instrument.token,
      description: request.description,
    };
    return this.#call({ method: 'POST', path: '/payout/create', json }, deadline);
  }

  findPayout(reference: string, deadline: Deadline): Promise<Exchange> {
    const query = { reference_id: reference };
    return this.#call({ method: 'GET', path: '/payout', query }, deadline);
  }

  history(day: string, page: string, deadline: Deadline): Promise<Exchange> {
    const query = { date: day, page };
    return this.#call({ method: 'GET', path: '/payout/history', query }, deadline);
  }

  balance(deadline: Deadline): Promise<Exchange> {
    return this.#call({ method: 'GET', path: '/balance' }, deadline);
  }

  /** In the body: a token in a URL would stand in access logs. */
  describeCard(token: string, deadline: Deadline): Promise<Exchange> {
    const json = { card_token: token };
    return this.#call({ method: 'POST', path: '/card/describe', json }, deadline);
  }

  async #call(request: HttpRequest, deadline: Deadline): Promise<Exchange> {
    for (let attempt = 1; ; attempt += 1) {
      const login = await this.#session(deadline);
      if ('cause' in login) return { kind: 'failed', login: true, cause: login.cause };
      const answer = await this.#http.send({
        ...request,
        headers: this.#headers(login.token),
        timeoutMs: deadline.remainingMs(),
      });
      if (answer.kind !== 'answer' || answer.status !== 401) return readAnswer(answer);
      // Only the token that was refused: another call may already have brought a fresh one.
      if (this.#token === login.token) this.#token = null;
      if (attempt === 2) return { kind: 'failed', login: false, cause: 'auth' };
    }
  }

  #headers(token?: string): Record<string, string> {
    return {
      language: 'ru',
      'time-zone': 'Asia/Almaty',
      'partner-name': this.config.partnerName,
      ...(token === undefined ? {} : { authorization: token }),
    };
  }

  /** Calls that find no session at the same moment share one log-in. */
  async #session(deadline: Deadline): Promise<Login> {
    if (this.#token !== null) return { token: this.#token };
    this.#pendingLogin ??= this.#logIn(deadline).finally(() => {
      this.#pendingLogin = null;
    });
    return this.#pendingLogin;
  }

  async #logIn(deadline: Deadline): Promise<Login> {
    const { login, password } = this.config;
    const answer = await this.#http.send({
      method: 'POST',
      path: '/auth',
      json: { login, password },
      headers: this.#headers(),
      timeoutMs: deadline.remainingMs(),
    });
    if (answer.kind === 'failed') return { cause: answer.cause };
    if ([401, 403, 422].includes(answer.status)) return { cause: 'auth' };
    if (answer.status !== 200) return { cause: `http_${answer.status}` };
    const json = parseExactJson(answer.body);
    const token = json.ok ? readToken(json.value) : null;
    if (token === null) return { cause: 'garbled_body' };
    this.#token = token;
    return { token };
  }
}

function readAnswer(answer: HttpOutcome): Exchange {
  if (answer.kind === 'failed') return { kind: 'failed', login: false, cause: answer.cause };
  const { status } = answer;
  const json = parseExactJson(answer.body);
  // A proxy's 404 page is no word of the provider: only its own JSON counts.
  if (status === 404 && json.ok) return { kind: 'not_found' };
  const known = contractStatus(status);
  if (known === null) return { kind: 'failed', login: false, cause: `http_${status}` };
  if (!json.ok) return { kind: 'failed', login: false, cause: json.error };
  return { kind: 'json', status: known, json: json.value };
}

function contractStatus(status: number): 200 | 409 | 422 | null {
  if (status >= 200 && status <= 202) return 200;
  return status === 409 || status === 422 ? status : null;
}
