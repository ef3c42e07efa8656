import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { useMe } from '../session/session';
import { newId } from './ids';
import { Intents } from './intents';
import { answerIsMissing, retryDelayMs } from './retry';
import { sendIntent } from './sendIntent';

const intents = new Intents(window.sessionStorage, newId);

export type MoneyMutationOptions<Input, Answer> = {
  /** Names the intent: one open intent a name and person, e.g. `payout` or `batch-approve.bat_1`. */
  readonly name: string;
  /** Sends the call with `Idempotency-Key: idempotencyKey`. Input is kept as JSON over a reload. */
  readonly send: (input: Input, idempotencyKey: string) => Promise<Answer>;
  readonly onSuccess?: (answer: Answer) => void;
};

export type MoneyMutation<Input, Answer> = {
  /** Safe to call twice: while an answer is awaited or unknown, the same request is meant. */
  readonly submit: (input: Input) => void;
  /** Asks again for the answer of an open intent, with its own input and key. */
  readonly findAnswer: () => void;
  /** The last request may or may not have been carried out; say so and offer `findAnswer`. */
  readonly unknown: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly answer: Answer | undefined;
  readonly reset: () => void;
};

const pause = (attempt: number, error: unknown): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, retryDelayMs(attempt, error, Math.random())));

/**
 * A command that moves money: one key per intent, kept until the answer is definite and over a reload. A double
 * tap is one request; a lost answer is found again by sending the same request under the same key.
 */
export function useMoneyMutation<Input, Answer>(
  options: MoneyMutationOptions<Input, Answer>,
): MoneyMutation<Input, Answer> {
  const me = useMe();
  const name = `${me.user.id}.${options.name}`;
  const inFlight = useRef<string | null>(null);
  const [open, setOpen] = useState(() => intents.open<Input>(name) !== null);
  const { send, onSuccess } = options;

  const mutation: UseMutationResult<Answer, unknown, Input> = useMutation({
    mutationFn: (input: Input) =>
      sendIntent({ intents, name, send, pause, mayRepeat: answerIsMissing }, input),
    onSuccess,
    onSettled: () => {
      inFlight.current = null;
      setOpen(intents.open(name) !== null);
    },
  });
  const { mutate } = mutation;

  const submit = useCallback(
    (input: Input) => {
      // State updates come a render late; the ref stops the second tap of the same frame.
      if (inFlight.current === name) return;
      inFlight.current = name;
      mutate(input);
    },
    [mutate, name],
  );
  const findAnswer = useCallback(() => {
    const intent = intents.open<Input>(name);
    if (intent) submit(intent.input);
  }, [name, submit]);

  // After a reload in mid-request the answer is asked for at once: the person must not guess.
  useEffect(findAnswer, [findAnswer]);

  return {
    submit,
    findAnswer,
    unknown: open && !mutation.isPending,
    pending: mutation.isPending,
    error: mutation.error,
    answer: mutation.data,
    reset: mutation.reset,
  };
}
