import { readFileSync } from 'node:fs';

import { ConfigError, keyRing, parseKeyRing, type Env, type KeyRing } from './env';

/** Keys that may change while the process runs. */
export type KeySource = {
  current(): KeyRing;
  /**
   * Calls `use` within a second of a change of the file, and `failed` once for each text that does not read as keys
   * (the last good keys stay in use). Gives back what stops it.
   */
  follow(use: (keys: KeyRing) => void, failed: (sentence: string) => void): () => void;
};

/** Reading a few hundred bytes costs nothing, and sees a replaced mount (a Kubernetes secret) where watching does not. */
const POLL_MS = 500;

/**
 * Keys from the file that `<name>_FILE` names, else from the variable `name` itself (those change with a restart only).
 * The same text in both: `id:base64,id:base64`, in the file also one a line. Throws ConfigError when it does not read.
 */
export function keySource(env: Env, name: string): KeySource {
  const path = env[`${name}_FILE`] ?? '';
  if (path === '') {
    const keys = keyRing(env, name);
    return { current: () => keys, follow: () => () => undefined };
  }
  let lastText = read(path, `${name}_FILE`);
  let keys = parseKeyRing(lastText, `${name}_FILE`);
  return {
    current: () => keys,
    follow(use, failed) {
      let lastFailure = '';
      const timer = setInterval(() => {
        try {
          const text = read(path, `${name}_FILE`);
          if (text === lastText) {
            lastFailure = '';
            return;
          }
          keys = parseKeyRing(text, `${name}_FILE`);
          lastText = text;
          lastFailure = '';
          use(keys);
        } catch (thrown) {
          const sentence = thrown instanceof Error ? thrown.message : String(thrown);
          if (sentence !== lastFailure) failed(sentence);
          lastFailure = sentence;
        }
      }, POLL_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

/** The error names the setting and the system's code, never the content. */
function read(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const { code = 'error' } = thrown as NodeJS.ErrnoException;
    throw new ConfigError(`${name} cannot be read (${code}).`);
  }
}
