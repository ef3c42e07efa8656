import { plainWord } from '../plain';
import { err, ok, type Result } from '../result';

/** A Kazakh IBAN: `KZ`, 2 check digits, 3-digit bank, 13 letters or digits; ISO 7064 MOD 97-10. */
export type Iban = {
  /** 20 characters, upper case, no spaces. */
  readonly iban: string;
  readonly bankCode: string;
  /** Advisory: banks are renamed and merged, so an unknown code is no reason to refuse. */
  readonly bankName: string | null;
};

export type IbanError =
  'iban_characters' | 'iban_country' | 'iban_length' | 'iban_format' | 'iban_checksum';

/** Codes from a 2018 register with later names where known. */
const BANK_NAMES: Readonly<Record<string, string>> = {
  '432': 'VTB',
  '551': 'Freedom Bank',
  '563': 'Kazpost',
  '601': 'Halyk Bank',
  '722': 'Kaspi Bank',
  '821': 'Bank RBK',
  '832': 'Citibank',
  '849': 'Nurbank',
  '856': 'Bank CenterCredit',
  '886': 'Home Credit Bank',
  '914': 'Bereke Bank',
  '948': 'Eurasian Bank',
  '965': 'ForteBank',
  '972': 'Otbasy Bank',
  '998': 'Jusan Bank',
};

/** ISO 7064 MOD 97-10 over letters as 10…35, folded digit by digit so the number stays small. */
function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** The two check digits for a bank code and account ("722", "C000000000001" → "41"). */
export function ibanCheckDigits(bankAndAccount: string): string {
  return (98 - mod97(`${bankAndAccount}KZ00`)).toString().padStart(2, '0');
}

/** Reads an IBAN as typed or pasted: spaces, hyphens and hidden marks are dropped and letters raised. */
export function checkIban(text: string): Result<Iban, IbanError> {
  const compact = plainWord(text);
  // Before raising the case: the dotless i and its like would turn into ASCII letters.
  if (!/^[0-9A-Za-z]+$/.test(compact)) return err('iban_characters');
  const iban = compact.toUpperCase();
  if (!iban.startsWith('KZ')) return err('iban_country');
  if (iban.length !== 20) return err('iban_length');
  if (!/^KZ\d{5}[0-9A-Z]{13}$/.test(iban)) return err('iban_format');
  // Comparing digits, not the remainder: 00, 01 and 99 would pass as 97, 98 and 02.
  if (ibanCheckDigits(iban.slice(4)) !== iban.slice(2, 4)) return err('iban_checksum');
  const bankCode = iban.slice(4, 7);
  return ok({ iban, bankCode, bankName: BANK_NAMES[bankCode] ?? null });
}
