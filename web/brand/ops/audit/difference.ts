export type Change = {
  readonly field: string;
  /** Null when the field was not there. */
  readonly before: string | null;
  readonly after: string | null;
};

type Fields = Readonly<Record<string, unknown>> | null;

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The fields in which an audit row's before and after differ, in the order they were written. */
export function differenceOf(before: Fields, after: Fields): readonly Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .map((field) => ({
      field,
      before: shown(before?.[field]),
      after: shown(after?.[field]),
    }))
    .filter((change) => change.before !== change.after);
}
