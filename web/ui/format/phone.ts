import { plain } from '../../../domain/plain';

/** National digits of whatever was typed or pasted: `+7 701…`, `8 701…` and `701…` all give `701…`. */
export function nationalDigits(typed: string): string {
  const digits = plain(typed).replace(/\D/g, '');
  const trunk = digits.length > 10 && /^[78]/.test(digits);
  return (trunk ? digits.slice(1) : digits).slice(0, 10);
}

/** `701 123 45 67` */
export function groupDigits(digits: string): string {
  return digits.replace(/^(\d{1,3})(\d{0,3})(\d{0,2})(\d{0,2}).*$/, (_, a, b, c, d) =>
    [a, b, c, d].filter(Boolean).join(' '),
  );
}

/** The form the API takes, once complete. */
export const fullPhone = (digits: string): string | null =>
  digits.length === 10 ? `+7${digits}` : null;
