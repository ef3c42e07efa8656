import { plain } from '../plain';
import { err, ok, type Result } from '../result';
import { spelt } from './looks';
import { isReserved } from './reserved';

/**
 * The last part of a short address: drawn at random, or a name its owner chose. Names are compared and stored
 * in lower case (Sale and sale must not be two links).
 */
export type SlugError = 'slug_malformed' | 'slug_reserved' | 'slug_rude';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{2,30})[a-z0-9]$/;
export const MAX_SLUG = 32;

const anyOf = (stems: string): string => stems.trim().split(/\s+/).map(spelt).join('|');

/** Russian, Kazakh and English, as they are typed in Latin letters. Rude wherever they stand. */
const ANYWHERE = new RegExp(
  anyOf(`
    blyad blyat bliad bliat bljad pizd pisdec pisdat nahui nahuy nahuj naxui naxuy pohui pohuy poxui poxuy ohuen
    ohuel ahuen ahuel huesos hueso huilo huylo khuy khui huiny huyny xuiny xuyny zaeb zayeb uebok uebis uebish
    dolboe dolbae yoban ieban yeban vyeban eblan mudak mudil mudoz pidor pidar pidaras pederast gandon gondon
    zalup mandavosh shlyuh shluh shlyukh shalav nakhui nakhuy pokhui pokhuy okhuel okhuen ebanat ueban zajeb drochi drochu mastur trahat trahn trakhat govno govnyu gavno zhopa zhopu
    zasran obosr ublyud suchka sperma
    qotaq kotak kotaq qotak amshelek siktir sikting sigeyin sigeiin sigein sikish zhalap jalap qanshyq kanshyk
    kanshik qanshik tashaq tashak tasaq boqtan
    fuck phuck fucker motherf shitty bullshit cunt bitch whore nigger nigga faggot asshole arsehole bastard
    penis vagina porn jizz twat dildo blowjob handjob hitler pussy slut wanker rapist
  `),
);
/** Rude as a word or its beginning; inside other words they are harmless (rebate, essex, cocktail). */
const BEGINNING = new RegExp(
  `^(?:${anyOf('hui huy huj xui xuy xuj xyi xyj ebat ebal ebuch ebany eban yebat ebut suka suki sucka cyka shit')})`,
);
const WHOLE = new RegExp(
  `^(?:${anyOf('sex sexy ass asses cum dick dicks cock cocks tits anal fag fags fuk fck fuq wank rape nazi kkk heil manda minet jopa hui sik boq blya blia')})$`,
);
/** Words that begin like a rude one and are none. */
const HARMLESS = /^(?:shitake|shiitake|huila|huygens)/;

/** Whether a person would read something rude in it, whatever stands between the letters. */
export function isRude(text: string): boolean {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const whole = words.join('');
  if (ANYWHERE.test(whole)) return true;
  const readings = [...words, whole];
  return readings.some(
    (word) => WHOLE.test(word) || (BEGINNING.test(word) && !HARMLESS.test(word)),
  );
}

/** A name as it is stored, or what is wrong with it. */
export function readSlug(text: string): Result<string, SlugError> {
  const slug = plain(text).toLowerCase();
  if (!SLUG.test(slug)) return err('slug_malformed');
  if (isReserved(slug)) return err('slug_reserved');
  return isRude(slug) ? err('slug_rude') : ok(slug);
}

/** Names close to a taken one, best first; the caller asks which of them are free. */
export function slugAlternatives(slug: string): string[] {
  const ends = ['-2', '-3', '-kz', '-link', '-4', '-5', '-best', '-now', '-7', '-9', '-10', '-11'];
  const made = ends.map((end) => slug.slice(0, MAX_SLUG - end.length).replace(/-+$/, '') + end);
  return [...new Set(made)].filter((name) => name !== slug && readSlug(name).ok);
}

/**
 * Without 0, 1, i, l, o (read as each other) and a, e, u (words need vowels): a code that is read aloud or copied
 * from paper arrives.
 */
const CODE_ALPHABET = '23456789bcdfghjkmnpqrstvwxyz';
export const CODE_LENGTH = 8;
/** Bytes from here on would make some letters likelier than others. */
const FAIR = 256 - (256 % CODE_ALPHABET.length);

/**
 * A code of 8 characters (28^8, 38.4 bits) from random bytes; undefined when they do not suffice or spell
 * something rude: draw again. 24 bytes almost always do.
 */
export function codeFromBytes(bytes: Uint8Array): string | undefined {
  let code = '';
  for (const byte of bytes) {
    if (code.length === CODE_LENGTH) break;
    if (byte < FAIR) code += CODE_ALPHABET[byte % CODE_ALPHABET.length];
  }
  return code.length === CODE_LENGTH && !isRude(code) ? code : undefined;
}
