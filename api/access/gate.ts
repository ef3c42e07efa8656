import type { IncomingMessage } from 'node:http';

import type { Mode } from '../../config/env';
import type { Rule } from '../operations';
import type { ApiDeps } from '../handler';
import type { Refusal } from '../reply';
import type { Authenticate } from '../keys';
import { isUsedDevice } from '../accounts/origin';
import type { Device } from './device';
import { limitHeaders, type Limit } from './limits';
import { factorIsFresh, type Viewer } from './viewer';

export type GateOptions = {
  readonly authenticate: Authenticate;
  /** https://host[:port]; absent in tests, where the Host header names it. */
  readonly publicOrigin: string | undefined;
  readonly mode: Mode;
  /** Calls a minute of one actor; of one address that is nobody yet. */
  readonly actorLimit: Limit;
  readonly addressLimit: Limit;
};

export type Passed = { readonly viewer: Viewer | undefined; readonly headers: readonly string[] };
export type Stopped = { readonly refusal: Refusal; readonly headers: readonly string[] };

/** Outside test mode money is asked for, and let go, by people with a fresh factor. */
const MONEY: ReadonlySet<string> = new Set(['payouts', 'payouts_approve']);

const READS = new Set(['GET', 'HEAD']);

/**
 * A browser adds Origin to every request that is not a plain read. A cookie alone therefore proves nothing:
 * writes with a session must come from our own pages (OWASP CSRF cheat sheet, "verifying origin").
 */
function originRefusal(
  request: IncomingMessage,
  publicOrigin: string | undefined,
  required: boolean,
): Refusal | undefined {
  if (READS.has(request.method ?? '')) return undefined;
  const { origin, host } = request.headers;
  if (origin === undefined) return required ? { problem: 'origin_forbidden' } : undefined;
  const own = publicOrigin ?? `http://${host ?? ''}`;
  return origin === own ? undefined : { problem: 'origin_forbidden' };
}

async function viewerOf(
  request: IncomingMessage,
  deps: ApiDeps,
  options: GateOptions,
): Promise<Viewer | undefined> {
  // A key beats a cookie: a program that sends one means it.
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) return options.authenticate(authorization);
  const token = deps.cookies.read(cookie);
  return token === undefined ? undefined : deps.sessions.viewer(token);
}

/** Role, then what a key was given, then whether the person proved a factor lately. */
function ruleRefusal(
  rule: Extract<Rule, { kind: 'viewer' }>,
  viewer: Viewer,
  options: GateOptions,
  nowMs: number,
): Refusal | undefined {
  if (!rule.roles.includes(viewer.role)) return { problem: 'scope_forbidden' };
  if (viewer.via.kind === 'key') {
    if (rule.grant === 'person') return { problem: 'person_required' };
    if (!viewer.via.grants.includes(rule.grant)) return { problem: 'grant_missing' };
    if (MONEY.has(rule.grant) && options.mode !== 'test') return { problem: 'person_required' };
    return undefined;
  }
  return rule.fresh && !factorIsFresh(viewer, nowMs) ? { problem: 'factor_required' } : undefined;
}

/** Thousands of people share one address behind an operator's NAT: a device somebody signed in from counts for itself. */
async function nobodyOf(
  deps: ApiDeps,
  { bucket, device }: { readonly bucket: string; readonly device: Device | undefined },
): Promise<string> {
  return device && (await isUsedDevice(deps, device.id)) ? `d:${device.id}` : bucket;
}

/** Everything that is decided before an operation reads its parameters: a stranger learns nothing about them. */
export async function gate(
  request: IncomingMessage,
  rule: Exclude<Rule, { kind: 'signature' }>,
  deps: ApiDeps,
  options: GateOptions,
  from: { readonly bucket: string; readonly device: Device | undefined },
): Promise<Passed | Stopped> {
  const isPublic = rule.kind === 'public';
  const viewer = isPublic ? undefined : await viewerOf(request, deps, options);
  const taken = viewer
    ? await deps.limits.take(options.actorLimit, viewer.actorId)
    : await deps.limits.take(options.addressLimit, await nobodyOf(deps, from));
  const headers = limitHeaders(taken);
  const stop = (refusal: Refusal): Stopped => ({ refusal, headers });
  if (!taken.allowed)
    return stop({ problem: 'rate_limited', retryAfterSeconds: taken.resetSeconds });
  if (!isPublic && !viewer) return stop({ problem: 'unauthenticated' });
  const bySession = viewer?.via.kind === 'session';
  const foreign =
    isPublic || bySession ? originRefusal(request, options.publicOrigin, bySession) : undefined;
  if (foreign) return stop(foreign);
  const refusal = viewer && !isPublic ? ruleRefusal(rule, viewer, options, deps.now()) : undefined;
  return refusal ? stop(refusal) : { viewer, headers };
}
