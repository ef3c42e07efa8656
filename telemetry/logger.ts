import { pino, type Logger as Pino } from 'pino';

export { errorText } from './failure';

/**
 * The only way this project logs. Fields are an allow-list, not a deny-list: a name that is not here is
 * dropped before anything is written, so a new field cannot leak an IIN, a phone, a card or a key by
 * accident (OWASP Logging Cheat Sheet; ASVS 16.2.5). Values are cut at 500 characters.
 */
const ALLOWED = new Set([
  'attempt',
  'batchId',
  'batchSize',
  'bytes',
  'code',
  'component',
  'conversionId',
  'count',
  'delayMs',
  'detail',
  'durationMs',
  'error',
  'fromState',
  'influencerId',
  'linkNumber',
  'method',
  'ms',
  'offset',
  'operation',
  'outcome',
  'path',
  'payoutId',
  'pid',
  'port',
  'programmeId',
  'provider',
  'reason',
  'receiptId',
  'requestId',
  'rows',
  'segment',
  'signal',
  'state',
  'status',
  'step',
  'toState',
  'type',
  'url',
  'workflowId',
  'workflowType',
]);

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Logger = {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
};

function allowed(fields: Fields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!ALLOWED.has(name) || value === undefined) continue;
    kept[name] =
      typeof value === 'string' && value.length > 500 ? `${value.slice(0, 500)}…` : value;
  }
  return kept;
}

export function createLogger(
  component: string,
  level = process.env['LOG_LEVEL'] ?? 'info',
): Logger {
  const sink: Pino = pino({ level, base: { component }, timestamp: pino.stdTimeFunctions.isoTime });
  const at =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: Fields, message: string): void =>
      sink[name](allowed(fields), message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
