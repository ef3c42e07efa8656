import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { inlineScriptHashes } from './headers';

export type SiteFile = { readonly etag: string; readonly immutable: boolean };

/** One built app. Only names found in its folder at reading can be asked for: no path reaches outside it. */
export type Site = {
  readonly html: string;
  readonly scriptHashes: readonly string[];
  readonly files: ReadonlyMap<string, SiteFile>;
  readonly builtAt_ms: number;
};

const PACKED = /\.(br|gz)$/;

async function readSite(folder: string, builtAt_ms: number): Promise<Site> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = new Map<string, SiteFile>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || PACKED.test(entry.name) || entry.name === 'index.html') continue;
    const name = relative(folder, path).split(sep).join('/');
    const digest = createHash('sha256').update(await readFile(path));
    files.set(name, {
      etag: digest.digest('base64url').slice(0, 22),
      // The build puts a hash of the content into every name under assets/.
      immutable: name.startsWith('assets/'),
    });
  }
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  return { html, scriptHashes: inlineScriptHashes(html), files, builtAt_ms };
}

/** Gives the app as it is built now; reads it again after a new build. Null when it is not built. */
export function createSiteReader(folder: string): () => Promise<Site | null> {
  let kept: Promise<Site> | null = null;
  let keptBuiltAt_ms = -1;
  return async () => {
    const builtAt_ms = await stat(join(folder, 'index.html')).then(
      (stats) => stats.mtimeMs,
      () => null,
    );
    if (builtAt_ms === null) return null;
    if (!kept || builtAt_ms !== keptBuiltAt_ms) {
      keptBuiltAt_ms = builtAt_ms;
      kept = readSite(folder, builtAt_ms);
      // A build in mid-exchange must not be remembered as broken.
      kept.catch(() => {
        kept = null;
      });
    }
    return kept;
  };
}
