import type { Pool } from 'pg';
import type { Session as EventSession } from 'better-sse';

import type { Mode } from '../config/env';
import type { Redis } from '../store/redis/client';
import type { Sealer } from '../store/postgres/sealing';
import type { Logger } from '../telemetry/logger';
import type { Sessions } from './access/sessions';
import type { Cookies } from './access/cookies';
import type { Claim } from './access/idempotency';
import type { Limits } from './access/limits';
import type { Viewer } from './access/viewer';
import type { Answer } from './answer';
import type { PayoutCommands } from './commands';
import type { Contract } from './contract';
import type { ProblemCode, ProblemExtra } from './problem';

/** What a resource's function gets and gives; operations.ts says which one answers what, and to whom. */
export type ApiDeps = {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly sealer: Sealer;
  readonly sessions: Sessions;
  readonly cookies: Cookies;
  readonly limits: Limits;
  readonly payouts: PayoutCommands;
  readonly contract: Contract;
  readonly environment: string;
  readonly mode: Mode;
  readonly log: Logger;
  readonly now: () => number;
  readonly stopping: () => boolean;
};

export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly requestId: string;
  readonly from: {
    readonly address: string;
    readonly ipPrefix: string;
    readonly userAgent: string;
  };
  /** With an Idempotency-Key on an operation that takes one: the effect's transaction stores the answer. */
  readonly claim: Claim | undefined;
};

export type Refusal = { readonly problem: ProblemCode } & ProblemExtra;
/** Server-sent events: called once connected; what it returns is called when the reader has gone. */
export type EventReply = { readonly events: (session: EventSession) => () => void };
export type Reply = Answer | Refusal | EventReply;

/** `viewer` is who calls, with the role already checked: every query passes it to the tenant wall. */
export type Handler = (deps: ApiDeps, call: Call, viewer: Viewer) => Promise<Reply>;
export type PublicHandler = (deps: ApiDeps, call: Call) => Promise<Reply>;
