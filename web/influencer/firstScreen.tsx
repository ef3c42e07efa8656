import { screen, screenAt } from '../ui/app/screens';
import type { Me } from '../ui/session/session';
import { plainRoutes, routes } from './routes';

export const signIn = screen('/sign-in', () => import('./signIn/SignIn'), ['signIn']);

/** What will be seen first at an address. */
export async function firstScreen(address: string, me: Me | null | undefined): Promise<void> {
  const screens = [...plainRoutes, ...routes];
  await (me === null ? signIn : screenAt(screens, address))?.prepare();
}
