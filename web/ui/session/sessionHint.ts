const KEY = 'gamma.session';

/**
 * Whether asking who is signed in can have another answer than 401. The page says `none` when it was asked for
 * without a session cookie; a page kept by the service worker may be older than the sign-in, so what this
 * device remembers counts too. The cookie itself is out of reach of scripts.
 */
export function sessionMayExist(): boolean {
  if (document.documentElement.dataset['session'] !== 'none') return true;
  try {
    return window.localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function rememberSession(exists: boolean): void {
  if (exists) document.documentElement.dataset['session'] = 'maybe';
  try {
    if (exists) window.localStorage.setItem(KEY, '1');
    else window.localStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden: the page's own mark has to do.
  }
}
