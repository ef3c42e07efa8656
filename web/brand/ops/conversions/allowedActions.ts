import type { Schema } from '../types';

export type Action = Schema<'ConversionAction'>['action'];

/**
 * What the role may do with a conversion in this state (contract of actOnConversion); the API has the last word,
 * for it also knows who sent the order to review.
 */
export function allowedActions(state: Schema<'ConversionState'>, role: string): readonly Action[] {
  if (role !== 'ops_maker' && role !== 'ops_checker') return [];
  if (state === 'HELD') return ['hold', 'resume', 'review'];
  if (state === 'REVIEW') return role === 'ops_checker' ? ['release', 'cancel'] : ['cancel'];
  return [];
}
