import { hash } from 'node:crypto';

import { idFromBytes } from '../../domain/ids';

/**
 * Ids of intake are derived, not drawn: a postback sent again, to any process, names the same rows. The
 * separator cannot occur in a programme id or an event name, so two different triples never join alike.
 */
const derived = (kind: 'receipt' | 'conversion', text: string): string =>
  idFromBytes(kind, hash('sha256', text, 'buffer').subarray(0, 16));

export const receiptId = (programmeId: string, webhookId: string): string =>
  derived('receipt', `${programmeId}|${webhookId}`);

export const conversionId = (programmeId: string, transactionId: string, event: string): string =>
  derived('conversion', `${programmeId}|${transactionId}|${event}`);
