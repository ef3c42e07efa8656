import type { Pool } from 'pg';

import type { ApiKey } from '../store/postgres/apiKeys';
import type { Answer } from './answer';
import type { PayoutCommands } from './commands';
import type { Contract } from './contract';
import type { ProblemCode, ProblemExtra } from './problems';

/** What a resource's function gets and gives; operations.ts says which one answers what, and to whom. */
export type ApiDeps = {
  readonly pool: Pool;
  readonly payouts: PayoutCommands;
  readonly contract: Contract;
  readonly stopping: () => boolean;
};

export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly requestId: string;
};

export type Refusal = { readonly problem: ProblemCode } & ProblemExtra;
export type Reply = Answer | Refusal;

/** For operations with a key, `viewer` is its scope and subject: every query passes it to the tenant wall. */
export type Handler = (deps: ApiDeps, call: Call, viewer: ApiKey) => Promise<Reply>;
export type PublicHandler = (deps: ApiDeps, call: Call) => Promise<Reply>;
