import type { Session as EventSession } from 'better-sse';

import { errorText, type Logger } from '../../telemetry/logger';
import type { EventConnection, Refusal } from '../reply';
import type { Viewer } from './viewer';

/** Open streams of one person or key in one process; tabs of one browser included. */
export const STREAMS_A_CALLER = 5;
/** Of one process: each holds a connection, and a hundred people with five tabs are far below. */
export const STREAMS_A_PROCESS = 2_000;
/** Log-out, another role, a revoked key or an ended session end a stream this long after at most, plus one look. */
const CHECK_MS = 2_000;
/** Bytes a reader has not taken; one that is out of reach must not fill our memory. */
const MAX_BACKLOG = 256 * 1024;
const RETRY_SECONDS = 30;

export type StreamOwner = {
  readonly viewer: Viewer;
  /** Whether the sign-in or the key it was opened with is still good for it. */
  readonly mayGoOn: () => Promise<boolean>;
};

/** Who may have a stream, and for how long: the same for every operation that answers with events. */
export type Streams = {
  /** A place, taken at once, so that many requests at a time get no more than many one by one; or why there is none. */
  take(owner: StreamOwner): StreamPlace | Refusal;
};

export type StreamPlace = {
  /** The reader is connected: from now on the stream is looked at. */
  begin(session: EventSession, connection: EventConnection): void;
  /** The reader has gone, or never came. */
  leave(): void;
};

export type StreamsOptions = {
  readonly log: Logger;
  readonly stopping: () => boolean;
  readonly checkMs?: number;
};

type Reading = { readonly session: EventSession; readonly connection: EventConnection };
type Open = StreamOwner & { reading: Reading | undefined };

const callerOf = ({ via, actorId }: Viewer): string => (via.kind === 'key' ? via.keyId : actorId);
/** What is looked up: five tabs of one sign-in are one question. */
const credentialOf = ({ via }: Viewer): string => (via.kind === 'key' ? via.keyId : via.session.id);

class GuardedStreams implements Streams {
  private readonly open = new Set<Open>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: StreamsOptions) {}

  take(owner: StreamOwner): StreamPlace | Refusal {
    const caller = callerOf(owner.viewer);
    let own = 0;
    for (const stream of this.open) if (callerOf(stream.viewer) === caller) own += 1;
    if (own >= STREAMS_A_CALLER || this.open.size >= STREAMS_A_PROCESS)
      return { problem: 'feed_limit', retryAfterSeconds: RETRY_SECONDS };
    const stream: Open = { ...owner, reading: undefined };
    this.open.add(stream);
    return {
      begin: (session, connection) => {
        stream.reading = { session, connection };
        this.schedule();
      },
      leave: () => this.leave(stream),
    };
  }

  private leave(stream: Open): void {
    this.open.delete(stream);
    if (this.open.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      void this.check()
        .catch((thrown: unknown) =>
          this.options.log.warn({ error: errorText(thrown) }, 'streams were not looked at'),
        )
        .finally(() => {
          this.timer = undefined;
          if (this.open.size > 0) this.schedule();
        });
    }, this.options.checkMs ?? CHECK_MS);
  }

  private end(
    stream: Open,
    { session, connection }: Reading,
    reason: 'session_ended' | 'stopping' | 'too_slow',
  ): void {
    this.leave(stream);
    if (reason !== 'too_slow') session.push({ type: 'end', reason }, 'end');
    connection.close();
  }

  private async check(): Promise<void> {
    const answers = new Map<string, Promise<boolean>>();
    const asked: (readonly [Open, Reading, Promise<boolean>])[] = [];
    for (const stream of [...this.open]) {
      const { reading } = stream;
      if (!reading) continue;
      if (this.options.stopping()) this.end(stream, reading, 'stopping');
      else if (reading.connection.backlog() > MAX_BACKLOG) this.end(stream, reading, 'too_slow');
      else {
        const credential = credentialOf(stream.viewer);
        // Not knowing is no reason to go on: the reader comes back by itself.
        const answer = answers.get(credential) ?? stream.mayGoOn().catch(() => false);
        answers.set(credential, answer);
        asked.push([stream, reading, answer]);
      }
    }
    for (const [stream, reading, answer] of asked)
      if (!(await answer) && this.open.has(stream)) this.end(stream, reading, 'session_ended');
  }
}

export const createStreams = (options: StreamsOptions): Streams => new GuardedStreams(options);
