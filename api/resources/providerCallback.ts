import { noteCallback } from '../../store/postgres/providerCallbacks';
import { jsonAnswer } from '../answer';
import type { PublicHandler } from '../handler';

/**
 * Anybody may send this, so nothing in it is believed: it only brings our next question to the provider forward. The
 * answer is the same for a reference we know, one we do not, and one that was told a moment ago.
 */
export const receiveWooppayCallback: PublicHandler = async ({ pool }, call) => {
  const { reference_id: reference } = call.body as { reference_id: string };
  await noteCallback(pool, 'wooppay', reference);
  return jsonAnswer(202, { received: true });
};
