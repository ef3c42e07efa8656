import { plain } from '../plain';

/**
 * An address in the one form it is looked up by. The part before the @ is by the letter of RFC 5321 the host's
 * own matter; no host tells people apart by upper and lower case, and people mix them up.
 */
export const canonicalEmail = (text: string): string => plain(text).normalize('NFKC').toLowerCase();
