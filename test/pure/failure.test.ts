import { createReadStream } from 'node:fs';

import { ApplicationFailure } from '@temporalio/common';
import Ajv2020 from 'ajv/dist/2020';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { DatabaseError } from 'pg-protocol';
import { parse as parseYaml } from 'yaml';

import { errorMessage, errorText } from '../../telemetry/failure';
import { createLogger } from '../../telemetry/logger';

const CANARY = 'canary 990506490007 +77770001122';

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
};

/** As the driver makes it: message, detail and where quote the row. */
function refusedRow(): DatabaseError {
  const refused = new DatabaseError(
    `invalid input syntax for type bigint: "${CANARY}"`,
    1,
    'error',
  );
  return Object.assign(refused, {
    severity: 'ERROR',
    code: '22P02',
    detail: `Failing row contains (${CANARY})`,
    where: `PL/pgSQL function f('${CANARY}')`,
    table: 'receipts',
    constraint: 'receipts_pkey',
    hint: CANARY,
  });
}

function disguised(): Error {
  const thrown = new Error(`x\n    at ${CANARY} (/srv/${CANARY.replace(/ /g, '')}.js:1:1)`);
  thrown.message = 'another message';
  return thrown;
}

const REFUSALS: readonly (readonly [string, () => unknown])[] = [
  ['csv: opening quote', () => thrownBy(() => parse(`a\n${CANARY} 27" x`))],
  ['csv: closing quote', () => thrownBy(() => parse(`a\n"${CANARY}" x`))],
  ['csv: quote not closed', () => thrownBy(() => parse(`a\n"${CANARY}`))],
  ['csv: column count', () => thrownBy(() => parse(`a,b\n${CANARY}`))],
  ['csv: record size', () => thrownBy(() => parse(`a\n${CANARY}`, { max_record_size: 5 }))],
  ['csv: unknown code', () => new CsvError('CSV_INVALID_ARGUMENT', CANARY, {} as never)],
  ['JSON.parse', () => thrownBy(() => JSON.parse(`{"iin": ${CANARY}}`))],
  ['yaml', () => thrownBy(() => parseYaml(`a: [${CANARY}`))],
  ['URL', () => thrownBy(() => new URL(`http://[${CANARY}`))],
  ['ajv', () => thrownBy(() => new Ajv2020().compile({ type: CANARY }))],
  ['BigInt', () => thrownBy(() => BigInt(CANARY))],
  ['Intl', () => thrownBy(() => new Intl.NumberFormat(CANARY))],
  ['Postgres', refusedRow],
  [
    'Temporal',
    () => ApplicationFailure.create({ message: CANARY, type: 'Unexpected', details: [CANARY] }),
  ],
  ['a cause', () => new Error(CANARY, { cause: new TypeError(CANARY) })],
  ['many', () => new AggregateError([new Error(CANARY)], CANARY)],
  ['a text', () => CANARY],
  ['an object', () => ({ message: CANARY, code: CANARY, toString: () => CANARY })],
  ['a name', () => Object.assign(new Error(CANARY), { name: CANARY, code: CANARY, type: CANARY })],
  ['numbers', () => Object.assign(new Error(CANARY), { code: 990506490007, type: '990506490007' })],
  ['frames in the message', () => new Error(`x\n    at ${CANARY} (${__filename}:1:1)`)],
  ['a message changed later', disguised],
  ['a stack of its own', () => Object.assign(new Error('x'), { stack: CANARY })],
];

test.each(REFUSALS)('12.11, nothing that was sent stands in a log: %s', (_, make) => {
  const told = errorText(make());
  expect(told).not.toMatch(/canary|990506490007|7777000/i);
  expect(told.length).toBeGreaterThan(3);
});

test('12.11, a failure is told by class, code and place', async () => {
  expect(errorText(refusedRow())).toMatch(
    /^DatabaseError 22P02 receipts receipts_pkey at test\/pure\/failure\.test\.ts:\d+/,
  );
  expect(errorText(thrownBy(() => parse('a\n"x')))).toMatch(
    /^CsvError CSV_QUOTE_NOT_CLOSED at csv-parse\/.+ < test\/pure\/failure\.test\.ts:\d+/,
  );
  const missing = await new Promise((resolve) =>
    createReadStream('/nowhere').once('error', resolve),
  );
  expect(errorText(missing)).toBe('Error ENOENT open');
  expect(errorText(new Error('x', { cause: new RangeError('y') }))).toMatch(
    /^Error at .+; by RangeError at /,
  );
  expect(errorMessage(new Error('the port is taken'))).toBe('Error: the port is taken');
  const cursed = new Proxy(new Error('x'), { get: () => thrownBy(() => new URL('')) });
  expect(errorText(cursed)).toMatch(/./);
});

test('12.11, fields that are not on the list are dropped, whatever they hold', () => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  createLogger('test', 'info').info({ stack: CANARY, message: CANARY }, 'a line');
  for (const [line] of write.mock.calls) lines.push(String(line));
  write.mockRestore();
  expect(lines.join('')).not.toContain('canary');
});
