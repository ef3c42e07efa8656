import type { ReactNode } from 'react';

import { screenAt, type ScreenRoute } from '../../ui/app/screens';
import { AreaRoutes } from '../AreaRoutes';
import { navigation, routes } from './routes';

const BASE = '/brand';

/** Of an address in or before this area; what leads to its home is its home. */
export const screenOf = (address: string): ScreenRoute | undefined =>
  screenAt(routes, address === '/' ? BASE : address, BASE);

export default function BrandArea(): ReactNode {
  return <AreaRoutes base={BASE} routes={routes} navigation={navigation} />;
}
