const KEY = 'gamma.card-return';

/** The provider's page knows nothing of our screens: where the person was waits in the tab's storage. */
export function rememberReturn(path: string): void {
  try {
    window.sessionStorage.setItem(KEY, path);
  } catch {
    // Without storage the person lands on the profile, where the card is shown as well.
  }
}

export function takeReturn(): string {
  try {
    const path = window.sessionStorage.getItem(KEY);
    window.sessionStorage.removeItem(KEY);
    return path ?? '/profile';
  } catch {
    return '/profile';
  }
}
