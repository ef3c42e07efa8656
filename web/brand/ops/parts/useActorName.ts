import { useTranslation } from 'react-i18next';

import type { Schema } from '../types';

/** What no person did: by a rule, or as the installation set it. */
const OURS = ['system', 'migration'];

/** A colleague's name; the system by its own word; somebody without a name by the id. */
export function useActorName(): (actor: Schema<'OpsActor'>) => string {
  const { t } = useTranslation('ops');
  return ({ id, name }) => name ?? (OURS.includes(id) ? t('actor_system') : id);
}
