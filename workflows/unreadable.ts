/**
 * What the worker's codec puts in the place of a payload that we did not encrypt, or that was encrypted for another
 * workflow (temporal/codec.ts). Throwing there would stop the workflow for ever, since the payload stays in its
 * history; so it arrives as this and interceptors.ts drops what it came with.
 */
const MARK = '@unreadable';

export type Unreadable = { readonly [MARK]: 'plain' | 'damaged' | 'of_another_workflow' };

export const unreadable = (why: Unreadable[typeof MARK]): Unreadable => ({ [MARK]: why });

const isUnreadable = (value: unknown): value is Unreadable =>
  typeof value === 'object' && value !== null && MARK in value;

/**
 * A message is believed only with the proof that its payloads are: each of ours carries one, so that a message without
 * any can come from anybody who reaches Temporal.
 */
export const isProven = (args: readonly unknown[]): boolean =>
  args.length > 0 && !args.some(isUnreadable);

export const isReadable = (value: unknown): boolean => !isUnreadable(value);
