import type { ReactNode } from 'react';
import { Navigate, Route, Routes } from 'react-router';

import { NotFound } from '../ui/app/NotFound';
import type { NavEntry, ScreenRoute } from '../ui/app/screens';
import { ScreenFrame } from '../ui/app/ScreenFrame';
import { DeskShell } from '../ui/components/DeskShell';
import { useMe } from '../ui/session/session';
import { AccountMenu } from './account/AccountMenu';
import { OwnRecovery } from './recoveries/OwnRecovery';

export type AreaRoutesProps = {
  /** `/brand` or `/ops`. */
  readonly base: string;
  readonly routes: readonly ScreenRoute[];
  readonly navigation: readonly NavEntry[];
};

/** One area of the desk: its navigation around its screens. */
export function AreaRoutes({ base, routes, navigation }: AreaRoutesProps): ReactNode {
  const { permissions } = useMe();
  const mayOpen = ({ operation }: NavEntry): boolean =>
    operation === undefined || permissions.includes(operation);
  const home = navigation.find(mayOpen)?.to ?? base;
  return (
    <DeskShell entries={navigation} tools={<AccountMenu accountPath={`${base}/account`} />}>
      <OwnRecovery />
      <ScreenFrame>
        <Routes>
          {routes.map(({ path, element }) => (
            <Route key={path} path={path} element={element} />
          ))}
          {home === base ? null : <Route index element={<Navigate to={home} replace />} />}
          <Route path="*" element={<NotFound home={home} />} />
        </Routes>
      </ScreenFrame>
    </DeskShell>
  );
}
