import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadContract } from '../../api/contract';
import { OPERATIONS, operationGaps } from '../../api/operations';
import { PROBLEM_CODES, PROBLEMS } from '../../api/problem';
import { REASONS } from '../../domain/conversions/reasons';
import { CONVERSION_STATES } from '../../domain/conversions/state';
import { ORDER_STATUSES } from '../../domain/intake/fold';

const contract = loadContract();

test('every operation has a handler and a role, and every handler an operation', () => {
  expect(operationGaps(contract)).toEqual([]);
  const { getReceipt: _, ...fewer } = OPERATIONS;
  expect(operationGaps(contract, fewer)).toHaveLength(1);
  expect(operationGaps(contract, { ...OPERATIONS, more: { kind: 'signature' } })).toHaveLength(1);
  expect(
    operationGaps(contract, { ...OPERATIONS, getReceipt: { kind: 'signature' } }),
  ).toHaveLength(1);
});

test('error codes: the program, openapi.yaml and docs/errors.md name the same', () => {
  const docs = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
  const documented = [...docs.matchAll(/^\| `(\w+)` +\| (\d+)/gm)].map((row) => [
    row[1],
    Number(row[2]),
  ]);
  expect(documented).toEqual(PROBLEM_CODES.map((code) => [code, PROBLEMS[code].status]));
  expect(contract.schema('ProblemCode')['enum']).toEqual(PROBLEM_CODES);
});

test('states and statuses of openapi.yaml are those of the domain', () => {
  expect(contract.schema('ConversionState')['enum']).toEqual(CONVERSION_STATES);
  expect(contract.schema('OrderStatus')['enum']).toEqual(ORDER_STATUSES);
});

test.each([...Object.entries(PROBLEMS), ...Object.entries(REASONS)])(
  '%s says it in three languages',
  (_, text) => {
    expect(text.ru).toMatch(/[а-я]/);
    expect(text.kk).toMatch(/[а-яәғқңөұүһі]/);
    expect(text.en).toMatch(/^[ -~’]+$/);
    expect(new Set([text.ru, text.kk, text.en]).size).toBe(3);
  },
);
