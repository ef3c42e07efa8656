import { useTranslation } from 'react-i18next';

import type { Schema } from '../types';

/** A colleague's name; the system by its own word; somebody without a name by the id. */
export function useActorName(): (actor: Schema<'OpsActor'>) => string {
  const { t } = useTranslation('ops');
  return ({ id, name }) => name ?? (id === 'system' ? t('actor_system') : id);
}
