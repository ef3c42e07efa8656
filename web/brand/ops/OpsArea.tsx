import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { AreaRoutes } from '../AreaRoutes';
import { OpsFrame } from './frame/OpsFrame';
import { useSummary } from './frame/useSummary';
import { navigation, routes, SANDBOX } from './routes';

const framed = routes.map(({ path, element }) => ({
  path,
  element: <OpsFrame>{element}</OpsFrame>,
}));

export default function OpsArea(): ReactNode {
  // Fetches the words every ops page shares before the navigation is drawn.
  useTranslation('ops');
  const test = useSummary().data?.mode === 'test';
  const entries = useMemo(() => navigation.filter(({ to }) => to !== SANDBOX || test), [test]);
  return <AreaRoutes base="/ops" routes={framed} navigation={entries} />;
}
