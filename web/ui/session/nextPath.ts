/** Where to go after sign-in: a path of this app only, never another site. */
export function nextPath(search: string, home = '/'): string {
  const next = new URLSearchParams(search).get('next');
  return next && /^\/(?![/\\])/.test(next) ? next : home;
}
