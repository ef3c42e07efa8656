import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';

import { isTransient } from '../store/postgres/codes';

/** A message that can never be delivered as things stand, with the code that ops reads. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type Judgement = {
  /**
   * store: our own database did not answer, nothing is known of the message. slow: no answer, or none yet.
   * refused: a definite no, or a bug of ours that this message meets.
   */
  readonly kind: 'store' | 'slow' | 'refused';
  readonly code: string;
};

const no = (code: string): Judgement => ({ kind: 'refused', code });
const notYet = (code: string): Judgement => ({ kind: 'slow', code });

/**
 * The closed list of gRPC (grpc.io, status codes). What speaks of the way to Temporal or of its load is never held
 * against a message, whatever it costs in patience; what speaks of the request is.
 */
const GRPC: Readonly<Record<number, Judgement>> = {
  1: notYet('cancelled'),
  2: notYet('unknown'),
  3: no('invalid_argument'),
  4: notYet('deadline_exceeded'),
  5: no('not_found'),
  6: no('already_exists'),
  7: notYet('permission_denied'),
  8: notYet('resource_exhausted'),
  9: no('failed_precondition'),
  10: notYet('aborted'),
  11: no('out_of_range'),
  12: notYet('unimplemented'),
  13: notYet('internal'),
  14: notYet('unavailable'),
  15: notYet('data_loss'),
  16: notYet('unauthenticated'),
};

/** What a failed delivery says. Codes only: texts of errors may repeat what a shop sent. */
export function judge(failure: unknown): Judgement {
  if (failure instanceof Undeliverable) return no(failure.code);
  if (isTransient(failure)) return { kind: 'store', code: 'store_unavailable' };
  if (failure instanceof NamespaceNotFoundError) return notYet('namespace_not_found');
  const cause = failure instanceof ServiceError ? failure.cause : failure;
  if (isGrpcServiceError(cause)) return GRPC[cause.code] ?? notYet('unknown');
  return no('unexpected');
}
