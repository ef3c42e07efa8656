import { screen, type ScreenRoute } from '../ui/app/screens';
import type { Me } from '../ui/session/session';

// Each area brings its own navigation, so that a brand's manager never fetches the operators' code.
const loadBrand = () => import('./brand/BrandArea');
const loadOps = () => import('./ops/OpsArea');

export const signIn = screen('/sign-in', () => import('./signIn/SignIn'), ['signIn']);
export const invitation = screen('/invitation', () => import('./invitation/Invitation'), [
  'signIn',
  'invitation',
]);
export const recovery = screen('/recovery', () => import('./recovery/Recovery'), [
  'signIn',
  'invitation',
  'recovery',
]);
export const brandArea = screen('/brand/*', loadBrand, ['brand', 'recovery']);
export const opsArea = screen('/ops/*', loadOps, ['ops', 'recovery']);

/** What will be seen first at an address: `/` is the own area's, and an area has its screen in it. */
export async function firstScreen(address: string, me: Me | null | undefined): Promise<void> {
  if (address.startsWith(invitation.path)) await invitation.prepare();
  else if (address.startsWith(recovery.path)) await recovery.prepare();
  else if (me === null) await signIn.prepare();
  else if (address.startsWith('/brand') || me?.tenant.kind === 'brand')
    await withScreen(brandArea, loadBrand, address);
  else if (address.startsWith('/ops') || me?.tenant.kind === 'ops')
    await withScreen(opsArea, loadOps, address);
}

type AreaModule = { readonly screenOf: (address: string) => ScreenRoute | undefined };

async function withScreen(
  area: ScreenRoute,
  load: () => Promise<AreaModule>,
  address: string,
): Promise<void> {
  const [{ screenOf }] = await Promise.all([load(), area.prepare()]);
  await screenOf(address)?.prepare();
}
