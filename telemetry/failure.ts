import { join, sep } from 'node:path';
import { types } from 'node:util';

/**
 * What may be said of an unknown failure in a log: its class, its code and the place it was thrown at. Never its
 * message: drivers and parsers quote in it what a person or a shop sent (csv-parse the row, JSON.parse the text,
 * Postgres the value), and which of them do changes with their versions.
 */
const ROOT = join(__dirname, '..');
const CLASS = /^[A-Za-z_$][\w$]{0,60}$/;
/** SQLSTATEs, errno words, gRPC and ClickHouse numbers, our own words: never a whole number that could be somebody's. */
const CODE = /^(?:[A-Z][A-Z0-9_]{1,60}|[0-9A-Z]{5}|[0-9]{1,3}|[a-z][a-z_]{1,60})$/;
const FRAME = /^ {4}at (?:.* \()?(?:file:\/\/)?(\/[^()\s:]+):(\d+):\d+\)?$/;
const MOST_PLACES = 3;
const MOST_CAUSES = 3;

const word = (value: unknown, form: RegExp): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && form.test(text) ? text : undefined;
};

/** Names of our own schema, which Postgres gives beside its message (and beside `detail`, which quotes the row). */
function schemaNames(thrown: object): string {
  const { severity, table, column, constraint } = thrown as Record<string, unknown>;
  if (typeof severity !== 'string') return '';
  return [table, column, constraint]
    .flatMap((name) => word(name, /^[a-z][a-z0-9_]{0,62}$/) ?? [])
    .map((name) => ` ${name}`)
    .join('');
}

/** Lines of the stack below the message; a message that cannot be found there could pass for frames itself. */
function framesOf({ stack, message }: Error): string[] {
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const at = message === '' ? 0 : stack.indexOf(message);
  return at < 0 ? [] : stack.slice(at + message.length).split('\n');
}

/** `api/links/table.js:57`: own files first, else where a library threw; nothing of this machine's folders. */
function placesOf(thrown: Error): string[] {
  const places: string[] = [];
  for (const line of framesOf(thrown)) {
    const [, file = '', at = ''] = FRAME.exec(line) ?? [];
    const inPackage = file.lastIndexOf(`${sep}node_modules${sep}`);
    if (file.startsWith(`${ROOT}${sep}`) && inPackage < 0)
      places.push(`${file.slice(ROOT.length + 1)}:${at}`);
    // Of a library only where it threw: what stands below our own frames is how everything starts.
    else if (places.length === 0 && inPackage >= 0)
      places.push(`${file.slice(inPackage + 14)}:${at}`);
  }
  return places.slice(0, MOST_PLACES);
}

function classOf(thrown: Error): string {
  // The name can be set by anybody, the class cannot.
  const made: unknown = Object.getPrototypeOf(thrown);
  const named = (made as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  const name = word(named, CLASS) ?? 'Error';
  return name === 'Error' ? (word(thrown.name, /^[A-Z][A-Za-z]{0,30}Error$/) ?? name) : name;
}

function factsOf(thrown: unknown, causes: number): string {
  if (!(thrown instanceof Error) && !types.isNativeError(thrown))
    return `a thrown ${thrown === null ? 'null' : typeof thrown}`;
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return factsOf(thrown.errors[0], causes);
  const { code, type, syscall } = thrown as unknown as Record<string, unknown>;
  const said = [word(code, CODE), word(type, CLASS), word(syscall, /^[a-z]{2,20}$/)];
  const places = placesOf(thrown);
  const facts =
    [classOf(thrown), ...said.filter((one) => one !== undefined)].join(' ') +
    schemaNames(thrown) +
    (places.length > 0 ? ` at ${places.join(' < ')}` : '');
  return thrown.cause === undefined || causes === 0
    ? facts
    : `${facts}; by ${factsOf(thrown.cause, causes - 1)}`;
}

/** Any throw as one line for a log. Reading it must not throw either: getters of strange objects do. */
export function errorText(thrown: unknown): string {
  try {
    return factsOf(thrown, MOST_CAUSES);
  } catch {
    return 'a failure that cannot be read';
  }
}

/** With its message, for the terminal of whoever starts a program; never for a log. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return errorMessage(thrown.errors[0]);
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
