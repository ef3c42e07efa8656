import type { Pool } from 'pg';

import type { SmsSender } from '../adapters/ports';
import type { Mode } from '../config/env';
import type { Role } from '../domain/access';
import type { ClickHouseClient } from '../store/clickhouse/client';
import type { Redis } from '../store/redis/client';
import type { Sealer } from '../store/postgres/sealing';
import type { Locale } from '../store/postgres/users';
import type { Logger } from '../telemetry/logger';
import type { Sessions } from './access/sessions';
import type { SmsBudget } from './accounts/smsBudget';
import type { Cookies } from './access/cookies';
import type { Device, Devices } from './access/device';
import type { Claim } from './access/idempotency';
import type { Limit, Limits } from './access/limits';
import type { Streams } from './access/streams';
import type { Viewer } from './access/viewer';
import type { PayoutCommands } from './commands';
import type { createPostbackWatch } from './brand/postbackEvents';
import type { createRunWatch } from './ops/runEvents';
import type { OpsSide } from './ops/side';
import type { Contract } from './contract';
import type { InfluencerDeps } from './influencer/deps';
import type { Reply } from './reply';

/** What a resource's function gets and gives; operations.ts says which one answers what, and to whom. */
export type ApiDeps = {
  readonly pool: Pool;
  readonly redis: Redis;
  /** Counts of clicks; everything that shows them must do without when it does not answer. */
  readonly clickhouse: ClickHouseClient | undefined;
  /** Where this process listens, as it reaches itself. */
  readonly ownUrl: () => string;
  readonly sealer: Sealer;
  readonly sessions: Sessions;
  readonly cookies: Cookies;
  readonly limits: Limits;
  readonly devices: Devices;
  readonly streams: Streams;
  /** Wrong codes and passwords of one address, over all accounts. */
  readonly failureLimit: Limit;
  readonly smsBudget: SmsBudget;
  readonly sms: SmsSender;
  /** Between the second person's word and its effect, where money hangs on the account. */
  readonly recoveryDelayMs: number;
  /** https://host[:port] of the apps, for links in invitations; of the request's Host in tests. */
  readonly publicOrigin: string;
  /** Operations a role may call. */
  readonly permissionsOf: (role: Role) => readonly string[];
  readonly payouts: PayoutCommands;
  readonly influencers: InfluencerDeps;
  /** Uploads of links are worked off behind the answer. */
  readonly linkImports: { poke(): void };
  readonly ops: OpsSide;
  readonly runWatch: ReturnType<typeof createRunWatch>;
  readonly postbackWatch: ReturnType<typeof createPostbackWatch>;
  readonly contract: Contract;
  readonly environment: string;
  readonly mode: Mode;
  readonly log: Logger;
  readonly now: () => number;
  readonly stopping: () => boolean;
};

/** The body of an operation that takes text/csv. */
export type TableBody = {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly encoding: string;
};

export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly body: unknown;
  readonly requestId: string;
  readonly from: {
    /** The caller's address and its surroundings (/24 or /48) as limits count them: keyed hashes. */
    readonly bucket: string;
    readonly area: string;
    readonly ipPrefix: string;
    readonly userAgent: string;
    /** By Accept-Language; Russian when it names none of ours. */
    readonly language: Locale;
  };
  /** The browser's device cookie, if it sent one. */
  readonly device: Device | undefined;
  /** The session cookie that came along, whether or not it is alive: signing in ends that session. */
  readonly sessionToken: string | undefined;
  /** With an Idempotency-Key on an operation that takes one: the effect's transaction stores the answer. */
  readonly claim: Claim | undefined;
};

/** `viewer` is who calls, with the role already checked: every query passes it to the tenant wall. */
export type Handler = (deps: ApiDeps, call: Call, viewer: Viewer) => Promise<Reply>;
export type PublicHandler = (deps: ApiDeps, call: Call) => Promise<Reply>;
