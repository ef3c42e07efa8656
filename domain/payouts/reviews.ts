import type { Text } from '../conversions/reasons';
import type { Tiyn } from '../money';
import { err, ok, type Result } from '../result';
import type { Taken } from './lots';

/**
 * The ways out of a payout in review. One person proposes, another confirms; what they agreed on is then held against
 * the provider's own word, because a mistake of two people must not pay twice either.
 */
export const WAYS_OUT = ['paid', 'void', 'resend'] as const;
/** `paid`: it was, with the provider's id and the amount that arrived. `void`: nothing left. `resend`: anew under a new reference. */
export type WayOut = (typeof WAYS_OUT)[number];

/** Every move of a proposal; the same list stands in table `payout_moves` (migration 0016). */
export const REVIEW_MOVES = {
  proposed: ['confirmed', 'refused'],
  confirmed: ['done', 'failed'],
  refused: [],
  done: [],
  failed: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ReviewState = keyof typeof REVIEW_MOVES;

const text = (ru: string, kk: string, en: string): Text => ({ ru, kk, en });

/** Why a way out that two people agreed on was not taken. The payout stays in review; another may be proposed. */
export const REVIEW_FAILURES = {
  provider_says_paid: text(
    'Платёжная система говорит, что перевод исполнен.',
    'Төлем жүйесі аударым орындалды дейді.',
    'The provider says that the transfer was made.',
  ),
  provider_says_refused: text(
    'Платёжная система говорит, что перевод отклонён.',
    'Төлем жүйесі аударым қабылданбады дейді.',
    'The provider says that the transfer was refused.',
  ),
  provider_says_otherwise: text(
    'Платёжная система называет другой номер или сумму.',
    'Төлем жүйесі басқа нөмірді немесе соманы атайды.',
    'The provider names another id or amount.',
  ),
  provider_still_working: text(
    'Платёжная система ещё обрабатывает перевод.',
    'Төлем жүйесі аударымды әлі өңдеп жатыр.',
    'The provider is still working on the transfer.',
  ),
  absence_not_proven: text(
    'Не доказано, что платёжная система не знает перевода.',
    'Төлем жүйесі аударымды білмейтіні дәлелденбеген.',
    'It is not proven that the provider does not know the transfer.',
  ),
  provider_id_taken: text(
    'Этот номер операции уже записан у другой выплаты.',
    'Бұл операция нөмірі басқа төлемге жазылған.',
    'This id of the provider belongs to another payout.',
  ),
  tax_not_computable: text(
    'Налог с уплаченной части не удалось посчитать.',
    'Төленген бөліктің салығын есептеу мүмкін болмады.',
    'The tax of the part that was paid could not be computed.',
  ),
  books_refused: text(
    'Книги не приняли запись: резерв уже закрыт иначе.',
    'Кітаптар жазбаны қабылдамады: резерв басқаша жабылған.',
    'The books refused it: the reserve is resolved in another way already.',
  ),
} as const satisfies Readonly<Record<string, Text>>;
export type ReviewFailure = keyof typeof REVIEW_FAILURES;

/** What the provider says when it is asked at the moment of the effect. */
export type ProviderWord =
  | { readonly kind: 'paid'; readonly providerReference: string; readonly amount: Tiyn }
  | { readonly kind: 'refused' | 'not_found' | 'processing' | 'unknown' };

/** `if_same`: only with the id and amount the provider names. `if_absent`: only when repeated after its delay. */
type Verdict = 'do' | 'if_same' | 'if_absent' | ReviewFailure;

/**
 * Way out × the provider's word, which is its look-up's answer or, where that knows nothing, its statements'.
 * Silence is what a review is for, so people may go on with what they know from elsewhere; against its word nobody
 * may. A new attempt alone can pay twice: it needs a refusal or proof of absence, and silence is neither.
 */
export const WAY_OUT_VERDICTS = {
  paid: {
    paid: 'if_same',
    refused: 'provider_says_refused',
    not_found: 'do',
    processing: 'provider_still_working',
    unknown: 'do',
  },
  void: {
    paid: 'provider_says_paid',
    refused: 'do',
    not_found: 'do',
    processing: 'provider_still_working',
    unknown: 'do',
  },
  resend: {
    paid: 'provider_says_paid',
    refused: 'do',
    not_found: 'if_absent',
    processing: 'provider_still_working',
    unknown: 'absence_not_proven',
  },
} as const satisfies Readonly<Record<WayOut, Readonly<Record<ProviderWord['kind'], Verdict>>>>;

export type Proposal = {
  readonly wayOut: WayOut;
  readonly providerReference: string | null;
  readonly paid: Tiyn | null;
};

export function verdictOn(
  proposal: Proposal,
  word: ProviderWord,
): Result<'do' | 'if_absent', ReviewFailure> {
  const verdict: Verdict = WAY_OUT_VERDICTS[proposal.wayOut][word.kind];
  if (verdict === 'do' || verdict === 'if_absent') return ok(verdict);
  if (verdict !== 'if_same') return err(verdict);
  const isSame =
    word.kind === 'paid' &&
    word.providerReference === proposal.providerReference &&
    word.amount === proposal.paid;
  return isSame ? ok('do') : err('provider_says_otherwise');
}

export type KeptPart = {
  readonly amount: Tiyn;
  readonly gross: Tiyn;
  /** What goes back to the lots, from the last one on. */
  readonly back: readonly Taken[];
};

/** The lots of a payout cut to `amount`: the last ones give back first, each in proportion to its gross. */
export function keepPart(taken: readonly Taken[], amount: Tiyn): KeptPart {
  let left = amount;
  let gross = 0n;
  const back: Taken[] = [];
  for (const part of taken) {
    const kept = part.payable < left ? part.payable : left;
    left -= kept;
    const keptGross = (part.gross * kept) / part.payable;
    gross += keptGross;
    if (kept < part.payable)
      back.push({
        conversionId: part.conversionId,
        payable: part.payable - kept,
        gross: part.gross - keptGross,
      });
  }
  return { amount, gross, back };
}

/**
 * The amount whose net is `paid`, when less arrived than was sent: the rest was never paid out, so it is neither taxed
 * now nor lost. One tiyn more of amount is at most one tiyn more of net, so between nothing and `most` there
 * is an amount that fits exactly. `netOf` says null where nothing is left after taxes.
 */
export function amountForNet(
  paid: Tiyn,
  most: Tiyn,
  netOf: (amount: Tiyn) => Tiyn | null,
): Tiyn | null {
  let [low, high] = [0n, most];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((netOf(middle) ?? 0n) >= paid) high = middle;
    else low = middle;
  }
  return netOf(high) === paid ? high : null;
}
