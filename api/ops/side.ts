import { DEFAULT_ORDER_LIMIT } from '../../domain/conversions/limits';
import type { Tiyn } from '../../domain/money';
import { err } from '../../domain/result';
import type { OpsCommands } from './commands';

/** What operators need of the world outside Postgres and Redis. */
export type OpsSide = {
  readonly commands: OpsCommands;
  /** `<ui>/namespaces/<namespace>/workflows/`; null when no UI is configured. */
  readonly workflowsUrl: string | null;
  /** Start page of the Temporal UI. */
  readonly temporalUiUrl: string | null;
  /** Base URL of the sandbox; used in test mode only. */
  readonly sandboxUrl: string | null;
  /** The largest sale of an order that needs no person, where its programme sets none of its own. */
  readonly orderLimit: Tiyn;
};

const away = { code: 'temporal_unavailable' } as const;

/** For a process without Temporal: reads work, everything else says so. */
export const NO_OPS_SIDE: OpsSide = {
  commands: {
    prepareBatch: () => Promise.resolve(err(away)),
    excludePayout: () => Promise.resolve(err(away)),
    poke: () => undefined,
    restartRun: () => Promise.resolve(err(away)),
    reopenRun: () => Promise.resolve(err(away)),
    closeRun: () => Promise.resolve(err(away)),
    ping: () => Promise.reject(new Error('no Temporal is configured')),
  },
  workflowsUrl: null,
  temporalUiUrl: null,
  sandboxUrl: null,
  orderLimit: DEFAULT_ORDER_LIMIT,
};

/** Where the namespace's workflows are in the Temporal UI. */
export const workflowsUrlOf = (uiUrl: string, namespace: string): string =>
  `${uiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/`;

/** A workflow's page in the Temporal UI: its id holds slashes, which have to be encoded. */
export const workflowUrl = (side: OpsSide, workflowId: string): string | null =>
  side.workflowsUrl === null ? null : side.workflowsUrl + encodeURIComponent(workflowId);
