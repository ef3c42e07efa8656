import fc from 'fast-check';

import { Intents, type IntentStorage } from '../../web/ui/api/intents';
import { ApiProblem, localProblem, retryAfterSeconds } from '../../web/ui/api/problem';
import { outcomeOf, retryDelayMs, shouldRetryRead } from '../../web/ui/api/retry';
import { sendIntent } from '../../web/ui/api/sendIntent';

const problem = (status: number, code = 'some_code', retryAfter: number | null = null) =>
  new ApiProblem({ status, code, detail: code, retryAfter });

function memoryStorage(): IntentStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}

const counter = () => {
  let n = 0;
  return () => `key-${++n}`;
};
const noPause = () => Promise.resolve();
const always = () => true;

type Sent = { readonly input: unknown; readonly key: string };

/** A server that keeps answers by key, behind a line that fails as told: before it, or on the way back. */
function server(line: ('ok' | 'lost_request' | 'lost_answer')[]) {
  const effects = new Map<string, unknown>();
  const sent: Sent[] = [];
  return {
    effects,
    sent,
    send: (input: unknown, key: string): Promise<string> => {
      const weather = line[sent.length] ?? 'ok';
      sent.push({ input, key });
      if (weather !== 'lost_request' && !effects.has(key)) effects.set(key, input);
      if (weather !== 'ok') return Promise.reject(localProblem('network', null));
      return Promise.resolve(`done ${key}`);
    },
  };
}

describe('a money command', () => {
  it('has one effect whatever the line does, and its intent is settled only by a definite answer', async () => {
    const weather = fc.constantFrom('ok' as const, 'lost_request' as const, 'lost_answer' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(weather, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (line, taps) => {
          const storage = memoryStorage();
          const remote = server(line);
          const newKey = counter();
          let answer: string | null = null;
          for (let tap = 0; tap < taps && answer === null; tap += 1) {
            // A new object each time: the page was reloaded and only sessionStorage is left.
            const intents = new Intents(storage, newKey);
            const options = {
              intents,
              name: 'payout',
              send: remote.send,
              pause: noPause,
              mayRepeat: always,
            };
            answer = await sendIntent(options, { amount: `${tap}.00` }).catch(() => null);
            expect(intents.open('payout') === null).toBe(answer !== null);
          }
          expect(new Set(remote.sent.map(({ key }) => key)).size).toBe(1);
          expect(remote.effects.size).toBeLessThanOrEqual(1);
          expect(new Set(remote.sent.map(({ input }) => JSON.stringify(input))).size).toBe(1);
          if (answer !== null) expect(remote.effects.size).toBe(1);
        },
      ),
    );
  });

  it('is settled by a refusal, so that the next one is a new intent', async () => {
    const intents = new Intents(memoryStorage(), counter());
    const keys: string[] = [];
    const options = {
      intents,
      name: 'payout',
      send: (_: unknown, key: string) => {
        keys.push(key);
        return keys.length === 1
          ? Promise.reject(problem(422, 'amount_below_minimum'))
          : Promise.resolve('done');
      },
      pause: noPause,
      mayRepeat: always,
    };
    await expect(sendIntent(options, { amount: '1.00' })).rejects.toMatchObject({ status: 422 });
    await expect(sendIntent(options, { amount: '5000.00' })).resolves.toBe('done');
    expect(keys).toEqual(['key-1', 'key-2']);
  });

  it('turned away at the door keeps its key only if a former attempt is in doubt', async () => {
    const door = [problem(401), problem(429), localProblem('step_up_cancelled', null)];
    for (const refusal of door) {
      for (const former of ['none', 'lost'] as const) {
        const intents = new Intents(memoryStorage(), counter());
        const answers = former === 'lost' ? [localProblem('network', null), refusal] : [refusal];
        const send = () => Promise.reject(answers.shift() ?? new Error('asked too often'));
        const options = { intents, name: 'payout', send, pause: noPause, mayRepeat: always };
        await expect(sendIntent(options, 1)).rejects.toBe(refusal);
        expect([refusal.code, former, intents.open('payout') !== null]).toEqual([
          refusal.code,
          former,
          former === 'lost',
        ]);
      }
    }
  });

  it('knows what an answer says about it', () => {
    for (const status of [0, 408, 500, 502, 503, 504])
      expect([status, outcomeOf(problem(status))]).toEqual([status, 'unknown']);
    for (const status of [401, 429])
      expect([status, outcomeOf(problem(status))]).toEqual([status, 'not_tried']);
    for (const status of [400, 403, 404, 409, 422])
      expect([status, outcomeOf(problem(status))]).toEqual([status, 'definite']);
    expect(outcomeOf(problem(403, 'factor_required'))).toBe('not_tried');
    expect(outcomeOf(new TypeError('a fault of ours'))).toBe('unknown');
  });

  it('lives in memory when storage is forbidden', () => {
    const forbidden: IntentStorage = {
      getItem: () => {
        throw new Error('SecurityError');
      },
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
      removeItem: () => {
        throw new Error('SecurityError');
      },
    };
    const intents = new Intents(forbidden, counter());
    expect(intents.begin('payout', 1).key).toBe('key-1');
    expect(intents.begin('payout', 2)).toMatchObject({ key: 'key-1', input: 1 });
    intents.settle('payout');
    expect(intents.begin('payout', 2).key).toBe('key-2');
  });
});

describe('reads', () => {
  it('are repeated after lost answers and short waits, never after a refusal', () => {
    expect(shouldRetryRead(0, localProblem('network', null))).toBe(true);
    expect(shouldRetryRead(0, problem(503))).toBe(true);
    expect(shouldRetryRead(0, problem(429, 'too_many_attempts', 2))).toBe(true);
    expect(shouldRetryRead(0, problem(429, 'too_many_attempts', 600))).toBe(false);
    expect(shouldRetryRead(0, problem(429))).toBe(false);
    expect(shouldRetryRead(0, problem(500))).toBe(false);
    expect(shouldRetryRead(0, problem(404))).toBe(false);
    expect(shouldRetryRead(4, localProblem('network', null))).toBe(false);
  });

  it('wait longer each time, with jitter, or as long as the server asks', () => {
    const delay = (failures: number, random: number) =>
      retryDelayMs(failures, localProblem('network', null), random);
    expect([delay(0, 0), delay(0, 1), delay(1, 1), delay(20, 1)]).toEqual([250, 500, 1000, 15000]);
    expect(retryDelayMs(0, problem(429, 'x', 7), 0.5)).toBe(7000);
  });

  it('understand both forms of Retry-After', () => {
    const now = new Date('2026-11-23T10:00:00Z');
    expect(retryAfterSeconds('12', now)).toBe(12);
    expect(retryAfterSeconds('Mon, 23 Nov 2026 10:00:30 GMT', now)).toBe(30);
    expect(retryAfterSeconds('soon', now)).toBeNull();
    expect(retryAfterSeconds(null, now)).toBeNull();
  });
});
