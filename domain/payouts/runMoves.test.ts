import {
  hasRunEnded,
  isUnapproved,
  mayMoveRun,
  RUN_MOVES,
  RUN_STATES,
  runStatesBefore,
} from './runMoves';

test('every state is reached, and every run can end', () => {
  for (const state of RUN_STATES)
    expect([state, state === 'collecting' || runStatesBefore(state).length > 0]).toEqual([
      state,
      true,
    ]);
  for (const state of RUN_STATES) {
    const seen = new Set([state]);
    for (const one of seen) for (const next of RUN_MOVES[one]) seen.add(next);
    expect([state, [...seen].some(hasRunEnded)]).toEqual([state, true]);
  }
});

test('nothing is approved but what was frozen, and nothing that was approved opens again', () => {
  expect(runStatesBefore('approved')).toEqual(['frozen']);
  expect(RUN_STATES.filter((state) => mayMoveRun('approved', state))).toEqual(['done', 'closed']);
  expect(RUN_STATES.filter(isUnapproved)).toEqual(['collecting', 'freezing', 'frozen']);
  expect(RUN_STATES.filter(hasRunEnded)).toEqual(['done', 'expired', 'closed']);
});
