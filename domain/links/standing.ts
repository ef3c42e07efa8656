/** What a link is doing now, whatever its shop does. */
export const LINK_STANDINGS = ['works', 'paused', 'expired', 'taken_down', 'deleted'] as const;
export type LinkStanding = (typeof LINK_STANDINGS)[number];

export type Standing = {
  readonly state: 'active' | 'paused' | 'deleted';
  readonly takenDown: boolean;
  /** Its end has passed. */
  readonly expired: boolean;
};

/** The reason that holds longest comes first: its owner can end a pause, nobody but an operator a takedown. */
export function linkStanding({ state, takenDown, expired }: Standing): LinkStanding {
  if (takenDown) return 'taken_down';
  if (state !== 'active') return state;
  return expired ? 'expired' : 'works';
}
