import { screen, screenAt } from '../ui/app/screens';
import type { Me } from '../ui/session/session';
import { plainRoutes, routes } from './routes';

export const signIn = screen('/sign-in', () => import('./signIn/SignIn'), ['signIn']);

/** For anybody: whoever got a link may say what is wrong with it. */
export const report = screen('/report', () => import('./report/Report'), ['report']);

/** What will be seen first at an address. */
export async function firstScreen(address: string, me: Me | null | undefined): Promise<void> {
  const open = screenAt([report], address);
  const own = me === null ? signIn : screenAt([...plainRoutes, ...routes], address);
  await (open ?? own)?.prepare();
}
