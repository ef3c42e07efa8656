import type { Session as EventSession } from 'better-sse';

import type { Answer } from './answer';
import type { ProblemCode, ProblemExtra } from './problem';

/** What an operation says: an answer, why not, or events as they happen. */
export type Refusal = { readonly problem: ProblemCode } & ProblemExtra;
/** Server-sent events: called once connected; what it returns is called when the reader has gone. */
export type EventReply = {
  readonly events: (session: EventSession, connection: EventConnection) => () => void;
};
export type EventConnection = {
  /** Ends the stream from our side. */
  close(): void;
  /** Bytes written that the reader has not taken yet. */
  backlog(): number;
};
export type Reply = Answer | Refusal | EventReply;
