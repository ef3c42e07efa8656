import { formatTenge, parseTenge } from '../money';

/** What a change after the release did to the money: decimal tenge, as the move wrote it into the order's history. */
export const MOVEMENTS = ['taken_back', 'promised', 'released', 'withdrawn'] as const;

export type Movement = {
  readonly kind: (typeof MOVEMENTS)[number];
  /** The influencer's part of it. */
  readonly payable: string;
  /** The brand's commission; null where a release before this one did not write it down. */
  readonly commission: string | null;
  /** Of what was taken back: from the balance, and what was no longer there and is owed. */
  readonly fromBalance: string | null;
  readonly debt: string | null;
  /** Of a promise: when its own return period ends. */
  readonly heldUntil: string | null;
};

type Detail = Readonly<Record<string, unknown>>;

/** A text the history keeps under this name; null where there is none. */
export const textIn = (detail: Detail, key: string): string | null => {
  const value = detail[key];
  return typeof value === 'string' ? value : null;
};

const KIND_OF_REASON: Readonly<Record<string, Movement['kind']>> = {
  raised_after_release: 'promised',
  raise_released: 'released',
  raise_withdrawn: 'withdrawn',
  raise_dismissed: 'withdrawn',
};

function takenBack(detail: Detail, payable: string): Movement | null {
  const [whole, owed] = [parseTenge(payable), parseTenge(textIn(detail, 'debt') ?? '0.00')];
  if (!whole.ok || !owed.ok || whole.value === 0n) return null;
  return {
    kind: 'taken_back',
    payable,
    commission: textIn(detail, 'commission'),
    fromBalance: formatTenge(whole.value - owed.value),
    debt: formatTenge(owed.value),
    heldUntil: null,
  };
}

/** null: the step moved nothing that was released. */
export function movementOf(reasonCode: string | null, detail: Detail): Movement | null {
  const taken = textIn(detail, 'takenBack');
  if (taken !== null) return takenBack(detail, taken);
  const kind = KIND_OF_REASON[reasonCode ?? ''];
  const payable = textIn(detail, 'payable');
  if (kind === undefined || payable === null) return null;
  return {
    kind,
    payable,
    commission: textIn(detail, 'gross'),
    fromBalance: null,
    debt: null,
    heldUntil: kind === 'promised' ? textIn(detail, 'heldUntil') : null,
  };
}
