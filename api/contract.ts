import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import Ajv2020 from 'ajv/dist/2020';
import type { ErrorObject, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

import { plain, plainWord } from '../domain/plain';

/**
 * openapi.yaml, read once at start: routes, parameters, bodies and answers are checked by what is written
 * there and nowhere else. A document that does not compile stops the process.
 */
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Violation = { readonly pointer: string; readonly message: string };

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly validate: ValidateFunction;
  /** `x-plain` of its schema: how its value is evened out before it is looked at. */
  readonly plainly: ((text: string) => string) | undefined;
};

type BodyRule = { readonly required: boolean; readonly validate: ValidateFunction };

export type Operation = {
  readonly id: string;
  readonly method: Method;
  /** As in the document: /v1/receipts/{receiptId} */
  readonly path: string;
  /** Names of the security schemes, one of which must hold; empty for public operations. */
  readonly security: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: BodyRule | undefined;
  /** The body is a table (text/csv), read whole and parsed by the operation. */
  readonly takesTable: boolean;
  /** status (or "default") → media type → schema */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, ValidateFunction>>;
};

export type Contract = {
  readonly yaml: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Schema of components/schemas by name, for tests. */
  readonly schema: (name: string) => Record<string, unknown>;
};

type Node = Record<string, unknown>;

const METHODS: readonly Method[] = ['get', 'post', 'put', 'patch', 'delete'];
const ROOT = 'openapi';
const DOCUMENT_KEYWORDS = [
  'openapi',
  'info',
  'servers',
  'tags',
  'security',
  'paths',
  'components',
] as const;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const node = (value: unknown): Node => (isNode(value) ? value : {});
const escapePointer = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
const pointerTo = (...parts: string[]): string => `#/${parts.map(escapePointer).join('/')}`;

/** What `x-plain` in the document may say: a text without hidden marks, or a code read as one word. */
const PLAIN: Readonly<Record<string, (text: string) => string>> = { text: plain, word: plainWord };

/** Strings of a body are evened out before their length and pattern are looked at. */
function addPlain(ajv: Ajv2020): void {
  ajv.addKeyword({
    keyword: 'x-plain',
    type: 'string',
    schemaType: 'string',
    before: 'maxLength',
    modifying: true,
    compile: (how: string) => {
      const even = PLAIN[how];
      if (!even) throw new Error(`openapi.yaml: x-plain cannot be ${how}`);
      return (value: string, at) => {
        // A parameter stands in nothing; request.ts evens those out.
        if (typeof at?.parentData === 'object') at.parentData[at.parentDataProperty] = even(value);
        return true;
      };
    },
  });
}

class Document {
  private readonly ajv: Ajv2020;

  constructor(private readonly root: Node) {
    this.ajv = new Ajv2020({ allErrors: false, strict: true, allowUnionTypes: true });
    addFormats(this.ajv, ['date-time']);
    addPlain(this.ajv);
    this.ajv.addVocabulary([...DOCUMENT_KEYWORDS]);
    this.ajv.addSchema({ $id: ROOT, ...root });
  }

  /** Follows one `$ref` of a parameter or response; schemas are ajv's business. */
  at(pointer: string): { readonly value: Node; readonly pointer: string } {
    const value = node(
      pointer
        .slice(2)
        .split('/')
        .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
        .reduce<unknown>((at, part) => (at as Node | undefined)?.[part], this.root),
    );
    const ref = value['$ref'];
    return typeof ref === 'string' ? this.at(ref) : { value, pointer };
  }

  compile(pointer: string): ValidateFunction {
    return this.ajv.compile({ $ref: `${ROOT}${pointer}` });
  }

  parameters(pointer: string): Parameter[] {
    const { value } = this.at(pointer);
    const list = value['parameters'];
    if (!Array.isArray(list)) return [];
    return list.map((_, index) => {
      const found = this.at(`${pointer}/parameters/${index}`);
      return {
        name: String(found.value['name']),
        in: found.value['in'] as Parameter['in'],
        required: found.value['required'] === true,
        validate: this.compile(`${found.pointer}/schema`),
        plainly: PLAIN[String(node(found.value['schema'])['x-plain'])],
      };
    });
  }

  media(pointer: string): Map<string, ValidateFunction> {
    const { value, pointer: at } = this.at(pointer);
    return new Map(
      Object.keys(node(value['content'])).map((type) => [
        type,
        this.compile(`${at}/content/${escapePointer(type)}/schema`),
      ]),
    );
  }

  operation(path: string, method: Method): Operation {
    const pointer = pointerTo('paths', path, method);
    const { value } = this.at(pointer);
    const id = value['operationId'];
    if (typeof id !== 'string')
      throw new Error(`openapi.yaml: ${method} ${path} has no operationId`);
    const security = (value['security'] ?? this.root['security']) as Node[] | undefined;
    if (!Array.isArray(security)) throw new Error(`openapi.yaml: ${id} has no security`);
    const media = value['requestBody'] ? this.media(`${pointer}/requestBody`) : undefined;
    const json = media?.get('application/json');
    return {
      id,
      method,
      path,
      security: security.flatMap((scheme) => Object.keys(scheme)),
      parameters: this.parameters(pointer),
      body: json && {
        required: node(value['requestBody'])['required'] === true,
        validate: json,
      },
      takesTable: media?.has('text/csv') ?? false,
      answers: new Map(
        Object.keys(node(value['responses'])).map((status) => [
          status,
          this.media(`${pointer}/responses/${escapePointer(status)}`),
        ]),
      ),
    };
  }
}

export function loadContract(file = join(__dirname, 'openapi.yaml')): Contract {
  const yaml = readFileSync(file, 'utf8');
  const root = node(parse(yaml));
  const document = new Document(root);
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(node(root['paths']))) {
    for (const method of METHODS) {
      if (node(item)[method] === undefined) continue;
      const operation = document.operation(path, method);
      if (operations.has(operation.id)) throw new Error(`openapi.yaml: ${operation.id} is twice`);
      operations.set(operation.id, operation);
    }
  }
  return {
    yaml,
    operations,
    schema: (name) => document.at(pointerTo('components', 'schemas', name)).value,
  };
}

/** ajv's first error as a JSON pointer and a sentence. */
export function violations(errors: ErrorObject[] | null | undefined): Violation[] {
  return (errors ?? []).map((error) => {
    const missing: unknown = (error.params as Node)['missingProperty'];
    const extra: unknown = (error.params as Node)['additionalProperty'];
    const field = typeof missing === 'string' ? missing : typeof extra === 'string' ? extra : null;
    const pointer = field === null ? error.instancePath : `${error.instancePath}/${field}`;
    return { pointer, message: error.message ?? error.keyword };
  });
}

/** What is wrong with an answer by the document; empty when it fits. */
export function checkAnswer(
  operation: Operation,
  status: number,
  contentType: string | undefined,
  body: unknown,
): Violation[] {
  const media = operation.answers.get(String(status)) ?? operation.answers.get('default');
  const type = contentType?.split(';')[0]?.trim() ?? '';
  const validate = media?.get(type);
  if (!validate)
    return [{ pointer: '', message: `${operation.id} has no answer ${status} ${type}` }];
  return validate(body) ? [] : violations(validate.errors);
}
