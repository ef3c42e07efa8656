/**
 * A timestamp as microseconds since 1970, in text: what a cursor carries. A Date of JavaScript keeps only
 * milliseconds and would show or skip rows of the same millisecond twice.
 */
export const toMicros = (column: string): string =>
  `(extract(epoch from ${column}) * 1000000)::bigint::text`;

export const fromMicros = (parameter: string): string =>
  `('epoch'::timestamptz + ${parameter}::bigint * interval '1 microsecond')`;
