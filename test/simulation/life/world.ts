import { asyncLocalStorage, Context } from '@temporalio/activity';

import type { ConversionActivities } from '../../../activities/conversions';
import { createConversionActivities } from '../../../activities/conversions';
import { createPayoutActivities } from '../../../activities/payouts';
import { createShopActivities } from '../../../activities/shops';
import { deliver } from '../../../api/relay';
import { LedgerQueue } from '../../../store/postgres/ledger';
import type { OutboxRow } from '../../../store/postgres/outbox';
import type { PayoutTiming } from '../../../workflows/contract';
import { Database, poolOf, Statements, type Turn } from '../model/database';
import { settle, type Host } from '../model/hosts';
import { ProviderModel } from '../model/provider';
import { Chance } from '../model/random';
import { ShopModel } from '../model/shop';
import { conversionStatements } from '../model/sql/conversions';
import { intakeStatements } from '../model/sql/intake';
import { ledgerStatements } from '../model/sql/ledger';
import { moneyStatements } from '../model/sql/lots';
import { payoutStatements } from '../model/sql/payouts';
import { runStatements } from '../model/sql/runs';
import { sendStatements } from '../model/sql/sends';
import { clientOf } from '../model/client';
import { Temporal } from '../model/temporal';
import type { Outcome, Scheduled } from '../model/workflowRun';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const BEGIN = Date.UTC(2026, 10, 2, 4, 30);

const statements = [
  conversionStatements,
  ledgerStatements,
  moneyStatements,
  intakeStatements,
  payoutStatements,
  sendStatements,
  runStatements,
].reduce((known, add) => add(known), new Statements());

export const TIMING: PayoutTiming = {
  submitTimeoutMs: 30_000,
  statusFirstMs: MINUTE,
  statusMaxMs: 15 * MINUTE,
  notFoundWaitMs: 30 * MINUTE,
  unknownGiveUpMs: 72 * HOUR,
};
export const BATCH = { collectMs: 12 * HOUR, approveWithinMs: DAY, timing: TIMING };
const PAID_WAIT_MS = 5 * DAY;

/** A process at work: an attempt of an activity, a call of the API, a message under way. It dies whole. */
type Work = { readonly what: string; isDead: boolean; onLost: () => void };
type Gate = {
  readonly work: Work;
  readonly what: string;
  readonly open: () => void;
  readonly fail: (why: Error) => void;
};

class StoreAway extends Error {
  readonly code = 'ECONNREFUSED';
}

/** Everything that is, at a moment of the virtual clock, and what can happen next in it. */
export class World {
  readonly chance: Chance;
  readonly db = new Database();
  readonly temporal: Temporal;
  readonly provider: ProviderModel;
  readonly shop: ShopModel;
  now = BEGIN;
  /** Faults still allowed: a life in which everything always fails says nothing. */
  faults: number;
  readonly log: string[] = [];
  readonly bugs: string[] = [];
  /** Runs whose approval was looked at. */
  readonly approved = new Set<string>();
  private readonly gates: Gate[] = [];
  private readonly delivering = new Set<bigint>();

  constructor(
    readonly seed: number,
    host: Host,
    readonly verbose: boolean,
  ) {
    this.chance = new Chance(seed);
    this.faults = this.chance.is(25) ? 0 : this.chance.between(1, 12);
    const now = (): number => this.now;
    this.db.now = now;
    this.temporal = new Temporal(host, now, () => this.db.version);
    this.temporal.onFailed = (run, why) => this.bugs.push(`workflow ${run.id} failed: ${why}`);
    this.temporal.trace = (line) => this.say(line);
    this.provider = new ProviderModel(this.chance, now);
    this.shop = new ShopModel(this.chance, now);
  }

  private counted = 0;

  /** Names of webhooks, words and cards. */
  count(): number {
    return (this.counted += 1);
  }

  say(line: string): void {
    if (this.verbose) this.log.push(`${new Date(this.now).toISOString()} ${line}`);
  }

  private turnOf(work: Work): Turn {
    return {
      wait: (what) =>
        new Promise<void>((open, fail) => {
          if (!work.isDead) this.gates.push({ work, what, open, fail });
        }),
    };
  }

  /** Begins something that talks to the database. `end` hears how it came out, unless its process died first. */
  begin<T>(
    what: string,
    run: (turn: Turn) => Promise<T>,
    end: (outcome: Outcome) => void = () => undefined,
  ): void {
    const work: Work = { what, isDead: false, onLost: () => end({ lost: true }) };
    run(this.turnOf(work)).then(
      (value) => !work.isDead && end({ value }),
      (thrown: unknown) => !work.isDead && end({ thrown }),
    );
  }

  poolFor(turn: Turn) {
    return poolOf(this.db, statements, turn);
  }

  depsFor(turn: Turn) {
    const pool = this.poolFor(turn);
    return {
      pool,
      ledger: new LedgerQueue(pool),
      now: () => new Date(this.now),
      mode: 'test' as const,
      pollEveryMs: DAY,
      orderLimit: 500_000_000n,
      sources: { model: this.shop.for(turn) },
      provider: this.provider.for(turn),
      maxSends: 3,
    };
  }

  /** What can go on by itself now. */
  private ready(): (() => Promise<void> | void)[] {
    this.temporal.fireTimers();
    this.temporal.wakeWaits();
    return [
      ...this.gates.map((gate) => () => this.pass(gate)),
      ...this.temporal
        .open()
        .filter((run) => run.jobs.length > 0)
        .map((run) => () => this.temporal.work(run)),
      ...this.temporal.dueActivities().map((activity) => () => this.attempt(activity)),
      ...this.db.outbox
        .where((row) => !this.delivering.has(row.id))
        .map((row) => () => this.relay(row as unknown as OutboxRow)),
    ];
  }

  /** One thing that can go on goes on; false when all wait for the clock or for people. */
  async goOn(): Promise<boolean> {
    const ready = this.ready();
    if (ready.length === 0) return false;
    await this.chance.of(ready)();
    await settle();
    return true;
  }

  private fault(percent: number): boolean {
    if (this.faults === 0 || !this.chance.is(percent)) return false;
    this.faults -= 1;
    return true;
  }

  /** A unit of somebody's work may run; or its process dies here, or finds the database away. */
  private pass(gate: Gate): void {
    this.gates.splice(this.gates.indexOf(gate), 1);
    const { work, what } = gate;
    if (this.fault(4)) {
      work.isDead = true;
      this.db.note(`death before ${what.split(' ')[0]}`);
      this.say(`dies before ${what}: ${work.what}`);
      for (const other of this.gates.filter((one) => one.work === work))
        this.gates.splice(this.gates.indexOf(other), 1);
      work.onLost();
    } else if (this.fault(2) && !what.startsWith('provider') && !what.startsWith('shop')) {
      this.say(`database away for ${what}: ${work.what}`);
      gate.fail(new StoreAway('connect ECONNREFUSED'));
    } else gate.open();
  }

  private attempt(activity: Scheduled): void {
    const attempt = this.temporal.start(activity);
    const { name, input, run } = activity;
    const what = `${name} of ${run.id}, attempt ${attempt}`;
    this.begin(
      what,
      (turn) => asyncLocalStorage.run(contextOf(activity), () => this.act(turn, name, input)),
      (outcome) => {
        // The effect is there and the report of it is lost: it will be done again.
        const isUntold = 'value' in outcome && this.fault(6);
        if (isUntold) this.db.note('report lost');
        if (isUntold) this.say(`report lost: ${what}`);
        else if ('thrown' in outcome) this.say(`${what}: ${(outcome.thrown as Error).message}`);
        else if ('value' in outcome) this.say(`${what}: ${JSON.stringify(outcome.value)}`);
        this.temporal.report(activity, attempt, isUntold ? { lost: true } : outcome);
      },
    );
  }

  private act(turn: Turn, name: string, input: unknown): Promise<unknown> {
    const deps = this.depsFor(turn);
    for (const create of [
      createConversionActivities,
      createShopActivities,
      createPayoutActivities,
    ]) {
      const activities = create(deps) as Record<string, unknown>;
      const activity = activities[name] as ConversionActivities['advanceConversion'] | undefined;
      if (activity) return activity(input as never);
    }
    throw new Error(`no activity ${name}`);
  }

  /** The relay's own delivery of one row. A relay that dies delivers it again. */
  private relay(row: OutboxRow): void {
    this.delivering.add(row.id);
    const conversion = this.db.conversions.get(row.subjectId);
    const known = row as unknown as { subject_id: string };
    const full = {
      ...row,
      subjectId: known.subject_id,
      programmeId: conversion?.programme_id ?? null,
      driver: this.db.conversions.get(known.subject_id)?.driver ?? null,
      attempts: 1,
    };
    const options = {
      client: clientOf(this.temporal),
      logger: undefined as never,
      paidWaitMs: PAID_WAIT_MS,
      batch: BATCH,
    };
    const { topic } = row;
    this.begin(
      `relay ${topic} ${known.subject_id}`,
      async (turn) => {
        await turn.wait('deliver');
        const pool = this.poolFor(turn);
        await deliver({ ...options, pool }, full);
        await turn.wait('delete');
        this.db.outbox.delete(String(row.id));
        this.say(`delivered ${topic} ${known.subject_id} ${JSON.stringify(row.payload)}`);
      },
      () => void this.delivering.delete(row.id),
    );
  }

  /** To the next moment at which something happens by itself, or `ms` on; false when nothing will. */
  passTime(ms?: number): boolean {
    const next = ms === undefined ? this.temporal.nextMoment() : this.now + ms;
    if (next === undefined) return false;
    this.now = Math.max(this.now, Math.ceil(next));
    this.temporal.endSlowAttempts();
    this.temporal.fireTimers();
    return true;
  }
}

const never = new Promise<never>(() => undefined);
const { signal } = new AbortController();
const silent = { error: () => undefined, warn: () => undefined } as never;

/** What an activity may ask of where it runs: its attempt, and a place for heartbeats. */
function contextOf({ attempt, name, scheduledAt }: Scheduled): Context {
  const nothing = undefined as never;
  const info = { attempt, activityType: name, scheduledTimestampMs: scheduledAt } as never;
  return new Context(info, never, signal, () => undefined, nothing, silent, nothing, nothing);
}
