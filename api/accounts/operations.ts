import type { Rule } from '../rule';

/** Sign-in, sessions, people and keys. */
export const ACCOUNT_OPERATIONS: Readonly<Record<string, Rule>> = {};
