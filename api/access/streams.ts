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
  /** Why this caller may open no more, if so. */
  refusal(viewer: Viewer): Refusal | undefined;
  /** Returns what to call when the reader has gone. */
  add(owner: StreamOwner, session: EventSession, connection: EventConnection): () => void;
};

export type StreamsOptions = {
  readonly log: Logger;
  readonly stopping: () => boolean;
  readonly checkMs?: number;
};

type Open = StreamOwner & {
  readonly session: EventSession;
  readonly connection: EventConnection;
};

const callerOf = ({ via, actorId }: Viewer): string => (via.kind === 'key' ? via.keyId : actorId);
/** What is looked up: five tabs of one sign-in are one question. */
const credentialOf = ({ via }: Viewer): string => (via.kind === 'key' ? via.keyId : via.session.id);

class GuardedStreams implements Streams {
  private readonly open = new Set<Open>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: StreamsOptions) {}

  refusal(viewer: Viewer): Refusal | undefined {
    const caller = callerOf(viewer);
    let own = 0;
    for (const stream of this.open) if (callerOf(stream.viewer) === caller) own += 1;
    return own >= STREAMS_A_CALLER || this.open.size >= STREAMS_A_PROCESS
      ? { problem: 'feed_limit', retryAfterSeconds: RETRY_SECONDS }
      : undefined;
  }

  add(owner: StreamOwner, session: EventSession, connection: EventConnection): () => void {
    const stream: Open = { ...owner, session, connection };
    this.open.add(stream);
    this.schedule();
    return () => this.leave(stream);
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

  private end(stream: Open, reason: 'session_ended' | 'stopping' | 'too_slow'): void {
    this.leave(stream);
    if (reason !== 'too_slow') stream.session.push({ type: 'end', reason }, 'end');
    stream.connection.close();
  }

  private async check(): Promise<void> {
    const answers = new Map<string, Promise<boolean>>();
    for (const stream of [...this.open]) {
      if (this.options.stopping()) this.end(stream, 'stopping');
      else if (stream.connection.backlog() > MAX_BACKLOG) this.end(stream, 'too_slow');
      else if (!answers.has(credentialOf(stream.viewer)))
        // Not knowing is no reason to go on: the reader comes back by itself.
        answers.set(
          credentialOf(stream.viewer),
          stream.mayGoOn().catch(() => false),
        );
    }
    for (const stream of [...this.open]) {
      const asked = answers.get(credentialOf(stream.viewer));
      if (asked && !(await asked) && this.open.has(stream)) this.end(stream, 'session_ended');
    }
  }
}

export const createStreams = (options: StreamsOptions): Streams => new GuardedStreams(options);
