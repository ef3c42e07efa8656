import * as fc from 'fast-check';

type Node = Record<string, unknown>;
export type Document = { readonly components?: unknown } & Node;

const node = (value: unknown): Node => (value ?? {}) as Node;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Values that fit a JSON schema of openapi.yaml; what cannot be made from it throws instead of being left out. */
export function fitting(document: Document, schema: unknown, depth = 0): fc.Arbitrary<unknown> {
  const found = node(schema);
  const ref = found['$ref'];
  if (typeof ref === 'string') return fitting(document, resolve(document, ref), depth);
  if ('const' in found) return fc.constant(found['const']);
  if (Array.isArray(found['enum'])) return fc.constantFrom<unknown>(...list(found['enum']));
  const every = list(found['allOf']);
  if (every.length > 1) throw new Error(`no values for ${JSON.stringify(schema)}`);
  if (every.length === 1) return fitting(document, every[0], depth);
  const alternatives = [...list(found['anyOf']), ...list(found['oneOf'])];
  if (alternatives.length > 0)
    return fc.oneof(...alternatives.map((one) => fitting(document, one, depth + 1)));
  const types = Array.isArray(found['type']) ? list(found['type']) : [found['type']];
  return fc.oneof(...types.map((type) => ofType(document, String(type), found, depth)));
}

function resolve(document: Document, ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => node(at)[part], document);
}

function ofType(
  document: Document,
  type: string,
  schema: Node,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: Number(schema['minimum'] ?? 0),
        max: Number(schema['maximum'] ?? 1_000_000),
      });
    case 'number':
      return fc.double({
        min: Number(schema['minimum'] ?? 0),
        max: Number(schema['maximum'] ?? 1e6),
        noNaN: true,
      });
    case 'string':
      return text(schema);
    case 'array':
      return fc.array(fitting(document, schema['items'] ?? { type: 'string' }, depth + 1), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: Math.min(Number(schema['maxItems'] ?? 3), Number(schema['minItems'] ?? 0) + 3),
      });
    case 'object':
      return object(document, schema, depth);
    default:
      throw new Error(`no values for ${JSON.stringify(schema)}`);
  }
}

function text(schema: Node): fc.Arbitrary<string> {
  const [min, max] = [Number(schema['minLength'] ?? 0), Number(schema['maxLength'] ?? 200)];
  if (schema['format'] === 'date-time')
    return fc
      .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (schema['format'] === 'date')
    return fc
      .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  if (typeof schema['pattern'] === 'string')
    return fc
      .stringMatching(new RegExp(schema['pattern'], 'u'), { maxLength: max })
      .filter((value) => value.length >= min && value.length <= max);
  return fc.string({ minLength: min, maxLength: Math.min(max, min + 30), unit: 'binary' });
}

function object(document: Document, schema: Node, depth: number): fc.Arbitrary<unknown> {
  const required = new Set(list(schema['required']).map(String));
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, value] of Object.entries(node(schema['properties'])))
    if (depth < 6 || required.has(name)) fields[name] = fitting(document, value, depth + 1);
  return fc.record(fields, { requiredKeys: [...required].filter((name) => name in fields) });
}
