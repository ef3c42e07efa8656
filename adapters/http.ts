import type { PartnerFailure } from './ports';

/**
 * The one way adapters reach a partner. A call always ends: total time (connect, answer and body) and
 * body size are bounded. Only the configured base URL is ever called and no redirect is followed, so a
 * partner cannot point our credentials elsewhere. Failures are codes: no URL, header or body leaves here
 * in an error text.
 */
export type HttpFailure = Extract<
  PartnerFailure,
  'timeout' | 'not_connected' | 'connection_reset' | 'redirect' | 'too_large' | 'garbled_body'
>;

export type HttpOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly cause: HttpFailure };

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, starting with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Shorter than the client's own, when an operation of several calls runs out of time. */
  readonly timeoutMs?: number;
};

export type HttpOptions = {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
};

/** Errors before a connection stood: the request cannot have reached the partner. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export class HttpClient {
  readonly #base: URL;

  constructor(private readonly options: HttpOptions) {
    this.#base = new URL(options.baseUrl);
  }

  async send(request: HttpRequest): Promise<HttpOutcome> {
    const url = this.#address(request);
    const timeoutMs = Math.min(request.timeoutMs ?? Infinity, this.options.timeoutMs);
    if (timeoutMs <= 0) return { kind: 'failed', cause: 'timeout' };
    const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
    try {
      const response = await fetch(url, {
        method: request.method,
        headers: {
          accept: 'application/json',
          ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
        redirect: 'manual',
        signal,
      });
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        return { kind: 'failed', cause: 'redirect' };
      }
      const body = await this.#readBody(response);
      return { kind: 'answer', status: response.status, headers: response.headers, body };
    } catch (thrown) {
      return { kind: 'failed', cause: classify(thrown, signal) };
    }
  }

  #address(request: HttpRequest): URL {
    const prefix = this.#base.pathname.replace(/\/$/, '');
    const url = new URL(this.#base.origin + prefix + request.path);
    const inside = url.origin === this.#base.origin && url.pathname.startsWith(`${prefix}/`);
    if (!inside || !request.path.startsWith('/')) {
      throw new Error(`request path leaves the partner's base URL: ${request.path}`);
    }
    for (const [name, value] of Object.entries(request.query ?? {})) {
      url.searchParams.set(name, value);
    }
    return url;
  }

  async #readBody(response: Response): Promise<string> {
    if (!response.body) return '';
    const chunks: Uint8Array[] = [];
    let size = 0;
    const stream = response.body as ReadableStream<Uint8Array>;
    for await (const chunk of stream) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream and with it the connection.
      if (size > this.options.maxBodyBytes) throw new BodyTooLarge();
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  }
}

function classify(thrown: unknown, signal: AbortSignal): HttpFailure {
  if (signal.aborted) return 'timeout';
  if (thrown instanceof BodyTooLarge) return 'too_large';
  const code = errorCode(thrown);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'garbled_body';
  return code !== undefined && NOT_CONNECTED.has(code) ? 'not_connected' : 'connection_reset';
}

/** fetch wraps the socket's error as `cause`; several addresses tried give an AggregateError inside. */
function errorCode(thrown: unknown): string | undefined {
  let error = thrown;
  for (let depth = 0; depth < 4 && typeof error === 'object' && error !== null; depth += 1) {
    const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string') return code;
    error = Array.isArray(errors) ? (errors as unknown[])[0] : cause;
  }
  return undefined;
}

/** One time budget for an operation of several calls, below the activity's start-to-close timeout. */
export class Deadline {
  readonly #endsAt: number;

  constructor(budgetMs: number) {
    this.#endsAt = performance.now() + budgetMs;
  }

  remainingMs(): number {
    return this.#endsAt - performance.now();
  }
}
