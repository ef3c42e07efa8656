/** A host as people paste it (`https://Shop.kz/path`) → `shop.kz`; null when it is not a host name. */
export function hostOf(typed: string): string | null {
  const bare = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[/?#].*$/, '');
  const name = /^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{1,62}$/u;
  return bare.length <= 253 && name.test(bare) ? bare : null;
}
