/** An answer a ClickHouse server would give as an exception. */
export class ClickhouseFailure extends Error {
  constructor(
    readonly code: number,
    type: string,
    message: string,
  ) {
    super(`Code: ${code}. DB::Exception: ${message}. (${type})`);
  }
}

// The same families of codes as the server's HTTP handler, most specific first.
const NOT_FOUND = new Set([47, 46, 60, 50, 56, 81, 63, 115, 218, 16]);
const BAD_REQUEST = new Set([
  6, 26, 27, 38, 41, 43, 53, 62, 69, 70, 72, 117, 130, 131, 190, 209, 210, 344, 456, 457, 465,
]);
const FORBIDDEN = new Set([164, 291, 497]);
const STD_EXCEPTION = 1001;

/** Code, HTTP status and body for whatever was thrown while a query ran. */
export function failureAnswer(thrown: unknown): { code: number; status: number; body: string } {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const found = /^Code: (\d+)\./.exec(message)?.[1];
  if (found === undefined) {
    const body = `Code: ${STD_EXCEPTION}. DB::Exception: ${message}. (STD_EXCEPTION)\n`;
    return { code: STD_EXCEPTION, status: 500, body };
  }
  const code = Number(found);
  const body = `${message}\n`;
  if (NOT_FOUND.has(code)) return { code, status: 404, body };
  if (BAD_REQUEST.has(code)) return { code, status: 400, body };
  if (FORBIDDEN.has(code)) return { code, status: 403, body };
  if (code === 48 || code === 344) return { code, status: 501, body };
  if (code === 159) return { code, status: 408, body };
  return { code, status: 500, body };
}
