import { argon2id, hash, verify } from 'argon2';

import { canonicalPassword } from '../../domain/identity/password';

/** OWASP password storage cheat sheet, argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** PHC string. */
export const hashPassword = (password: string): Promise<string> =>
  hash(canonicalPassword(password), PARAMETERS);

/** Of no password: what unknown accounts are compared with, so that they take as long as known ones. */
let nobody: Promise<string> | undefined;

/** Always does the whole work; false without a hash. */
export async function passwordMatches(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  const known = typeof passwordHash === 'string';
  nobody ??= hash('', PARAMETERS);
  const matches = await verify(known ? passwordHash : await nobody, canonicalPassword(password));
  return known && matches;
}
