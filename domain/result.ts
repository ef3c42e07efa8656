/**
 * Expected failures are values, bugs are exceptions. A function that can refuse its input returns a
 * Result whose error carries a stable `code`; callers turn codes into HTTP answers or retry policies
 * through exhaustive tables, so a new code cannot be forgotten.
 */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const err = <E>(error: E): Err<E> => ({ ok: false, error });

/** For values that cannot be wrong unless the program is: throws instead of returning. */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new Error(`unexpected failure: ${JSON.stringify(result.error)}`);
}

/** Closes a switch: the compiler refuses a missing case, the runtime refuses an unknown value. */
export function unreachable(value: never): never {
  throw new Error(`unreachable value: ${String(value)}`);
}
