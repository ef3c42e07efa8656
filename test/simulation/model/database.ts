import type { Pool } from 'pg';

import type * as rows from './rows';

/** Postgres, as far as our steps rely on it: rows, transactions that are rolled back whole, constraints that refuse. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly constraint: string,
    message = `${code} ${constraint}`,
  ) {
    super(message);
  }
}

/** Rows are replaced, never changed in place, so that a rollback only puts the old ones back. */
export class Table<R> {
  private readonly rows = new Map<string, R>();

  constructor(
    private readonly db: Database,
    private readonly keyOf: (row: R) => string,
  ) {}

  get(key: string): R | undefined {
    return this.rows.get(key);
  }

  all(): R[] {
    return [...this.rows.values()];
  }

  where(holds: (row: R) => boolean): R[] {
    const found: R[] = [];
    for (const row of this.rows.values()) if (holds(row)) found.push(row);
    return found;
  }

  put(row: R): void {
    const key = this.keyOf(row);
    const before = this.rows.get(key);
    this.rows.set(key, row);
    this.db.undo(() => (before === undefined ? this.rows.delete(key) : this.rows.set(key, before)));
  }

  /** One more row; false when its key is taken. */
  insert(row: R): boolean {
    if (this.rows.has(this.keyOf(row))) return false;
    this.put(row);
    return true;
  }

  change(key: string, columns: Partial<R>): R {
    const row = this.rows.get(key);
    if (!row) throw new Error(`no row ${key}`);
    const changed = { ...row, ...columns };
    this.put(changed);
    return changed;
  }

  delete(key: string): void {
    const before = this.rows.get(key);
    if (before === undefined) return;
    this.rows.delete(key);
    this.db.undo(() => this.rows.set(key, before));
  }
}

export type Answer = { readonly rows: unknown[]; readonly rowCount: number };
export const answer = (found: readonly unknown[]): Answer => ({
  rows: [...found],
  rowCount: found.length,
});
export const changed = (rowCount: number): Answer => ({ rows: [], rowCount });

export type Values = readonly any[];
export type Query = (db: Database, values: Values) => Answer;

export class Database {
  readonly programmes = new Table<rows.Programme>(this, (row) => row.id);
  readonly brands = new Table<rows.Brand>(this, (row) => row.id);
  readonly influencers = new Table<rows.Influencer>(this, (row) => row.id);
  readonly conversions = new Table<rows.Conversion>(this, (row) => row.id);
  readonly receipts = new Table<rows.Receipt>(this, (row) => row.id);
  readonly words = new Table<rows.Word>(this, (row) => String(row.id));
  readonly lots = new Table<rows.Lot>(this, (row) => row.conversion_id);
  readonly corrections = new Table<rows.Correction>(
    this,
    (row) => `${row.conversion_id} ${row.revision}`,
  );
  readonly debts = new Table<rows.Debt>(this, (row) => row.id);
  readonly nettings = new Table<rows.NettingRow>(
    this,
    (row) => `${row.id} ${row.debt_id} ${row.lot_conversion_id}`,
  );
  readonly outbox = new Table<rows.Outbox>(this, (row) => String(row.id));
  readonly payouts = new Table<rows.Payout>(this, (row) => row.id);
  readonly payoutLots = new Table<rows.PayoutLot>(
    this,
    (row) => `${row.payout_id} ${row.conversion_id}`,
  );
  readonly withholdings = new Table<rows.Withholding>(
    this,
    (row) => `${row.payout_id} ${row.component}`,
  );
  readonly reviews = new Table<rows.Review>(this, (row) => row.id);
  readonly batches = new Table<rows.Batch>(this, (row) => row.id);
  readonly approvals = new Table<rows.Approval>(this, (row) => row.batch_id);
  readonly ledger = new Table<rows.LedgerTx>(this, (row) => row.id);
  readonly resolved = new Table<{ pending: string; by: string }>(this, (row) => row.pending);
  readonly accounts = new Table<rows.Account>(this, (row) => row.code);
  readonly days = new Table<{ key: string; sale: bigint }>(this, (row) => row.key);
  readonly switches = new Table<{ name: string; is_on: boolean }>(this, (row) => row.name);

  /** Of rows that are numbered; a rollback leaves a gap, as in Postgres. */
  private lastNumber = 0n;
  private journal: (() => unknown)[] | undefined;
  /** How often committed rows have changed. */
  version = 0;
  /** What was promised to one outside before the commit: told to the checks at the commit. */
  now: () => number = () => 0;

  /** What happened, by kind: a simulation that never sees a debt says nothing about debts. */
  readonly happened = new Map<string, number>();

  note(what: string): void {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
  }

  number(): bigint {
    return (this.lastNumber += 1n);
  }

  undo(step: () => unknown): void {
    this.version += 1;
    this.journal?.push(step);
  }

  begin(): void {
    if (this.journal) throw new Error('two transactions at once: the gate lets one in');
    this.journal = [];
  }

  commit(): void {
    this.journal = undefined;
  }

  rollback(): void {
    const steps = this.journal ?? [];
    this.journal = undefined;
    for (const step of steps.reverse()) step();
  }

  get isInTransaction(): boolean {
    return this.journal !== undefined;
  }
}

/** Whoever talks to the database: each of its units (a transaction, or a statement alone) waits for its turn. */
export interface Turn {
  /** Resolves when the unit may run; never, when its process has died; rejects when the database is away. */
  wait(what: string): Promise<void>;
}

const spaces = /\s+/g;
const shape = (text: string): string => text.replace(spaces, ' ').trim();
const texts = new Map<string, string>();

/** The statements the model knows, by name or by text; another one is an error that names it. */
export class Statements {
  private readonly byName = new Map<string, Query>();
  private readonly patterns: [RegExp, Query][] = [];
  private readonly found = new Map<string, Query>();

  add(name: string | RegExp, run: Query): this {
    if (typeof name === 'string') this.byName.set(name, run);
    else this.patterns.push([name, run]);
    return this;
  }

  find(query: { name?: string | undefined; text: string }): Query {
    const key = query.name ?? query.text;
    const known = this.found.get(key);
    if (known) return known;
    let text = texts.get(query.text);
    if (text === undefined) texts.set(query.text, (text = shape(query.text)));
    const run =
      (query.name !== undefined && this.byName.get(query.name)) ||
      this.patterns.find(([pattern]) => pattern.test(text))?.[1];
    if (!run)
      throw new Error(`test/simulation/model/sql does not know ${query.name ?? ''} ${text}`);
    this.found.set(key, run);
    return run;
  }
}

type Asked = string | { name?: string; text: string; values?: Values };

/** `pg`'s pool as our store uses it, over the model. */
export function poolOf(db: Database, statements: Statements, turn: Turn): Pool {
  const run = (asked: Asked, values?: Values): Answer => {
    const query = typeof asked === 'string' ? { text: asked } : asked;
    const found = statements.find(query);
    return found(db, values ?? (typeof asked === 'string' ? [] : (asked.values ?? [])));
  };
  /** Each statement alone is whole or nothing. */
  const alone = (asked: Asked, values?: Values): Answer => {
    db.begin();
    try {
      const result = run(asked, values);
      db.commit();
      return result;
    } catch (thrown) {
      db.rollback();
      throw thrown;
    }
  };
  const client = {
    query: async (asked: Asked, values?: Values): Promise<Answer> => {
      if (asked === 'begin') {
        await turn.wait('begin');
        db.begin();
        return changed(0);
      }
      if (asked === 'commit') return (db.commit(), changed(0));
      if (asked === 'rollback') return (db.rollback(), changed(0));
      return run(asked, values);
    },
    release: () => undefined,
  };
  return {
    connect: () => Promise.resolve(client),
    query: async (asked: Asked, values?: Values) => {
      await turn.wait('statement');
      return alone(asked, values);
    },
  } as unknown as Pool;
}
