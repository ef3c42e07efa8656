import { useTranslation } from 'react-i18next';

import { contentLanguage, type Language } from './languages';

/** The viewer's language for texts the API sends in all three. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return contentLanguage(i18n.language);
}
