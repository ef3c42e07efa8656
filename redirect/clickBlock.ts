import type { ClickMark } from '../store/clickhouse/clicks';
import {
  fixedTextColumn,
  nativeBlock,
  nativeText,
  numbersColumn,
  sharedTextColumns,
  textColumn,
  type NativeBlock,
  type NativeColumn,
  type NativeText,
} from '../store/clickhouse/native';
import type { MaskedIp } from './ipMask';

const PLACE_TEXTS = [
  'influencer_id',
  'programme_id',
  'target_host',
  'target_url',
  'product_key',
] as const;
const VISIT_TEXTS = [
  ...(['user_agent', 'referrer', 'accept_language'] as const),
  ...(['sub1', 'sub2', 'sub3', 'sub4', 'sub5', 'reason', 'way'] as const),
  ...(['device', 'os', 'app', 'browser', 'referrer_host'] as const),
] as const;

/** What rows share, as the table has it: texts in the order of their columns. */
export type PlacePart = Numbered & {
  readonly influencer: string;
  readonly linkNumber: number;
  readonly texts: readonly NativeText[];
};
export type VisitPart = Numbered & {
  readonly billable: 0 | 1;
  readonly unique: 0 | 1;
  readonly texts: readonly NativeText[];
};

/**
 * Which number it has in which block, noted where it is looked for: a third of the cost of a Map. A part may be in
 * several blocks at a time; numbered anew it only stands twice in one of them.
 */
export type Numbered = { block: number; number: number };
export const NOT_NUMBERED: Readonly<Numbered> = { block: 0, number: 0 };

const textsOf = <K extends string>(
  columns: readonly K[],
  values: Readonly<Record<K, string>>,
): readonly NativeText[] => columns.map((name) => nativeText(values[name]));

export const placeTexts = (values: Readonly<Record<(typeof PLACE_TEXTS)[number], string>>) =>
  textsOf(PLACE_TEXTS, values);
export const visitTexts = (values: Readonly<Record<(typeof VISIT_TEXTS)[number], string>>) =>
  textsOf(VISIT_TEXTS, values);

let blocks = 0;

/** The parts of one block, each with a number. */
class Parts<T extends Numbered> {
  readonly all: T[] = [];
  private readonly block = (blocks += 1);

  numberOf(part: T): number {
    if (part.block !== this.block) {
      part.block = this.block;
      part.number = this.all.push(part) - 1;
    }
    return part.number;
  }
}

const ID_BYTES = 32;
const TWO_32 = 2 ** 32;

/** Rows as the table takes them, in the order of their lines. */
export class ClickBlock {
  rows = 0;
  private readonly ids: Buffer;
  /** Milliseconds since 1970, low 32 bits first. */
  private readonly times: Uint32Array;
  /** Low 32 bits first, too. */
  private readonly hashes: Uint32Array;
  private readonly links: Uint32Array;
  private readonly billable: Uint8Array;
  private readonly unique: Uint8Array;
  private readonly placeOfRow: Uint32Array;
  private readonly visitOfRow: Uint32Array;
  private readonly prefixes: NativeText[] = [];
  private readonly places = new Parts<PlacePart>();
  private readonly visits = new Parts<VisitPart>();

  constructor(maxRows: number) {
    this.ids = Buffer.allocUnsafe(maxRows * ID_BYTES);
    this.times = new Uint32Array(maxRows * 2);
    this.hashes = new Uint32Array(maxRows * 2);
    this.links = new Uint32Array(maxRows);
    this.billable = new Uint8Array(maxRows);
    this.unique = new Uint8Array(maxRows);
    this.placeOfRow = new Uint32Array(maxRows);
    this.visitOfRow = new Uint32Array(maxRows);
  }

  add(id: string, tsMs: number, mask: MaskedIp, place: PlacePart, visit: VisitPart): void {
    const row = this.rows;
    this.ids.write(id, row * ID_BYTES, ID_BYTES, 'latin1');
    this.times[row * 2] = tsMs % TWO_32;
    this.times[row * 2 + 1] = tsMs / TWO_32;
    this.hashes[row * 2] = mask.low32;
    this.hashes[row * 2 + 1] = mask.high32;
    this.prefixes.push(mask.prefix);
    this.addParts(place, visit);
  }

  private addParts(place: PlacePart, visit: VisitPart): void {
    const row = this.rows;
    this.links[row] = place.linkNumber;
    this.billable[row] = visit.billable;
    this.unique[row] = visit.unique;
    this.placeOfRow[row] = this.places.numberOf(place);
    this.visitOfRow[row] = this.visits.numberOf(visit);
    this.rows += 1;
  }

  /** What tells each row from the others. */
  marks(): ClickMark[] {
    return Array.from({ length: this.rows }, (_, row) => ({
      tsMs: this.times[row * 2]! + this.times[row * 2 + 1]! * TWO_32,
      clickId: this.ids.toString('latin1', row * ID_BYTES, (row + 1) * ID_BYTES),
      influencerId: this.places.all[this.placeOfRow[row]!]!.influencer,
    }));
  }

  /** Without the rows at these places. */
  without(dropped: ReadonlySet<number>): ClickBlock {
    const kept = new ClickBlock(this.rows);
    for (let row = 0; row < this.rows; row += 1) {
      if (dropped.has(row)) continue;
      const at = kept.rows;
      this.ids.copy(kept.ids, at * ID_BYTES, row * ID_BYTES, (row + 1) * ID_BYTES);
      kept.times.set(this.times.subarray(row * 2, row * 2 + 2), at * 2);
      kept.hashes.set(this.hashes.subarray(row * 2, row * 2 + 2), at * 2);
      kept.prefixes.push(this.prefixes[row]!);
      kept.addParts(
        this.places.all[this.placeOfRow[row]!]!,
        this.visits.all[this.visitOfRow[row]!]!,
      );
    }
    return kept;
  }

  /** In Native format. The same rows make the same bytes. */
  encode(): NativeBlock {
    const { rows } = this;
    const placeOfRow = this.placeOfRow.subarray(0, rows);
    const visitOfRow = this.visitOfRow.subarray(0, rows);
    const columns: NativeColumn[] = [
      numbersColumn('ts', "DateTime64(3, 'UTC')", this.times.subarray(0, rows * 2)),
      fixedTextColumn('click_id', ID_BYTES, this.ids.subarray(0, rows * ID_BYTES)),
      numbersColumn('link_number', 'UInt32', this.links.subarray(0, rows)),
      ...partColumns(PLACE_TEXTS, this.places.all, placeOfRow),
      textColumn('ip_prefix', this.prefixes),
      numbersColumn('ip_hash', 'UInt64', this.hashes.subarray(0, rows * 2)),
      ...partColumns(VISIT_TEXTS, this.visits.all, visitOfRow),
      numbersColumn('billable', 'UInt8', this.billable.subarray(0, rows)),
      numbersColumn('unique', 'UInt8', this.unique.subarray(0, rows)),
    ];
    return nativeBlock(rows, columns);
  }
}

/** One pass over the parts: what they are made of lies all over the memory. */
function partColumns(
  names: readonly string[],
  parts: readonly { readonly texts: readonly NativeText[] }[],
  partOfRow: Uint32Array,
): NativeColumn[] {
  const columns = names.map((name) => ({ name, values: [] as NativeText[] }));
  for (const { texts } of parts)
    for (let n = 0; n < columns.length; n += 1) columns[n]!.values.push(texts[n]!);
  return sharedTextColumns(columns, partOfRow);
}
