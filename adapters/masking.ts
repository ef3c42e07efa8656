/**
 * Partner text that may be shown or stored: one line, at most 200 characters, runs of six digits and
 * more masked, because error texts repeat card numbers, phones and IINs.
 */
export function maskPartnerText(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/\d(?:[ -]?\d){5,}/g, (run) => '•'.repeat(run.length))
    .trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** A stable refusal code: lower-case snake, or the fallback when the partner's is not one. */
export function refusalCode(text: string | null, fallback: string): string {
  return text !== null && /^[a-z][a-z0-9_]{0,39}$/.test(text) ? text : fallback;
}
