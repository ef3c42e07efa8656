import { useMemo, type ReactNode } from 'react';

import { screenAt, type ScreenRoute } from '../../ui/app/screens';
import { AreaRoutes } from '../AreaRoutes';
import { OpsFrame } from './frame/OpsFrame';
import { useSummary } from './frame/useSummary';
import { navigation, routes, SANDBOX } from './routes';

const framed = routes.map(({ element, ...route }) => ({
  ...route,
  element: <OpsFrame>{element}</OpsFrame>,
}));

const BASE = '/ops';

/** Of an address in or before this area; the first page is where its bare address leads. */
export const screenOf = (address: string): ScreenRoute | undefined =>
  screenAt(routes, address === '/' || address === BASE ? `${BASE}/today` : address, BASE);

export default function OpsArea(): ReactNode {
  const test = useSummary().data?.mode === 'test';
  const entries = useMemo(() => navigation.filter(({ to }) => to !== SANDBOX || test), [test]);
  return <AreaRoutes base={BASE} routes={framed} navigation={entries} />;
}
