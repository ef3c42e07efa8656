import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { AreaRoutes } from '../AreaRoutes';
import { navigation, routes } from './routes';

export default function BrandArea(): ReactNode {
  // The words of the navigation and of what the screens share come before the first of them is drawn.
  useTranslation('brand');
  return <AreaRoutes base="/brand" routes={routes} navigation={navigation} />;
}
