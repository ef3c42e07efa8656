import { useMe } from '../../ui/session/session';

/** `inf_…` of the signed-in person, the first part of every path. */
export const useInfluencerId = (): string => useMe().tenant.id;
