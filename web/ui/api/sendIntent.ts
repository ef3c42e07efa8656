import type { Intents } from './intents';
import { outcomeOf } from './retry';

const ATTEMPTS = 4;

export type SendIntentOptions<Input, Answer> = {
  readonly intents: Intents;
  readonly name: string;
  readonly send: (input: Input, idempotencyKey: string) => Promise<Answer>;
  /** Waits before attempt n (1 = first repeat); gives up early by throwing. */
  readonly pause: (attempt: number, error: unknown) => Promise<void>;
  /** Whether a repeat may help at once (a lost answer) or needs the person (a 401, a long 429). */
  readonly mayRepeat: (error: unknown) => boolean;
};

/**
 * Sends an intent under its one key until the answer is definite or the attempts are used up. A definite
 * answer, good or bad, settles the intent; an unknown outcome leaves it open for the next call or reload.
 */
export async function sendIntent<Input, Answer>(
  options: SendIntentOptions<Input, Answer>,
  input: Input,
): Promise<Answer> {
  const { intents, name, send, pause, mayRepeat } = options;
  const intent = intents.begin(name, input);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await send(intent.input, intent.key);
      intents.settle(name);
      return answer;
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === 'unknown') intents.doubt(name);
      const inDoubt = intents.open(name)?.doubt === true;
      if (outcome === 'definite' || (outcome === 'not_tried' && !inDoubt)) {
        intents.settle(name);
        throw error;
      }
      if (outcome === 'not_tried' || attempt >= ATTEMPTS || !mayRepeat(error)) throw error;
      await pause(attempt, error);
    }
  }
}
