import { randomBytes } from 'node:crypto';

import type { Payload, SerializationContext } from '@temporalio/common';

import { EncryptionCodec, type CodecOptions } from '../../temporal/codec';
import { isProven, isReadable } from '../../workflows/unreadable';

const key = { id: 'k1', bytes: randomBytes(32) };
const older = { id: 'k0', bytes: randomBytes(48) };
const codecOf = (options: CodecOptions, ...keys: (typeof key)[]): EncryptionCodec =>
  new EncryptionCodec([keys[0] ?? key, ...keys.slice(1)], options);

const text = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const valueOf = (payload: Payload | undefined): unknown =>
  JSON.parse(Buffer.from(payload?.data ?? []).toString());
const workflow = (workflowId: string, namespace = 'ns'): SerializationContext => ({
  type: 'workflow',
  namespace,
  workflowId,
});
const activity = (workflowId: string): SerializationContext => ({
  type: 'activity',
  namespace: 'ns',
  workflowId,
  activityId: '7',
  isLocal: false,
});

const marking = codecOf({ foreign: 'mark' });
const throwing = codecOf({ foreign: 'throw' });

async function markOf(payload: Payload, context = workflow('conv/a'), by = marking) {
  const [decoded] = await by.decode([payload], context);
  const value = valueOf(decoded);
  expect(isReadable(value)).toBe(false);
  expect(isProven([value])).toBe(false);
  await expect(throwing.decode([payload], context)).rejects.toThrow('refused');
  return (value as Record<string, unknown>)['@unreadable'];
}

test('what was made for a workflow and its activities is read there', async () => {
  const sealed = await marking.encode([text({ n: 1 }), text('two')], workflow('conv/a'));
  for (const context of [workflow('conv/a'), activity('conv/a'), undefined])
    for (const codec of [marking, throwing])
      expect((await codec.decode(sealed, context)).map(valueOf)).toEqual([{ n: 1 }, 'two']);
});

test('plain payloads are not believed, whatever they say they are', async () => {
  expect(await markOf(text({ approvedBy: 'nobody' }))).toBe('plain');
  expect(await markOf({ metadata: {}, data: Buffer.from('{}') })).toBe('plain');
  expect(await markOf({ metadata: { encoding: Buffer.from('binary/null') } })).toBe('plain');
});

test('a copy from another workflow or namespace is not believed', async () => {
  const [sealed] = await marking.encode([text(1)], workflow('conv/a'));
  expect(await markOf(sealed!, workflow('conv/b'))).toBe('of_another_workflow');
  expect(await markOf(sealed!, activity('conv/b'))).toBe('of_another_workflow');
  expect(await markOf(sealed!, workflow('conv/a', 'other'))).toBe('of_another_workflow');
  // Renaming it does not help: the name is authenticated.
  const renamed = {
    ...sealed!,
    metadata: { ...sealed!.metadata, 'encryption-for': Buffer.from('ns/conv/b') },
  };
  expect(await markOf(renamed, workflow('conv/b'))).toBe('damaged');
  const { 'encryption-for': _, ...unnamed } = sealed!.metadata!;
  expect(await markOf({ ...sealed!, metadata: unnamed }, workflow('conv/b'))).toBe('damaged');
});

test('every changed or missing byte is found', async () => {
  const [sealed] = await marking.encode([text('x')], workflow('conv/a'));
  const data = Buffer.from(sealed!.data!);
  for (let at = 0; at < data.length; at += 1) {
    const changed = Buffer.from(data);
    changed[at] = changed[at]! ^ 1;
    expect(await markOf({ ...sealed!, data: changed })).toBe('damaged');
  }
  for (const length of [0, 1, 27, 28, data.length - 1])
    expect(await markOf({ ...sealed!, data: data.subarray(0, length) })).toBe('damaged');
});

test('a key that is not configured is a mistake of ours: work waits, nothing is dropped', async () => {
  const [sealed] = await codecOf({ foreign: 'mark' }, older).encode([text(1)], workflow('conv/a'));
  await expect(marking.decode([sealed!], workflow('conv/a'))).rejects.toThrow('"k0"');
  const both = codecOf({ foreign: 'mark' }, key, older);
  expect((await both.decode([sealed!], workflow('conv/a'))).map(valueOf)).toEqual([1]);
});

test('payloads of before they were bound are read until the operator says otherwise', async () => {
  const [unbound] = await marking.encode([text(1)]);
  expect((await marking.decode([unbound!], workflow('conv/a'))).map(valueOf)).toEqual([1]);
  const strict = codecOf({ foreign: 'mark', acceptUnbound: false });
  const [decoded] = await strict.decode([unbound!], workflow('conv/a'));
  expect(valueOf(decoded)).toEqual({ '@unreadable': 'of_another_workflow' });
});

test('people who look are shown plain payloads as they are', async () => {
  const showing = codecOf({ foreign: 'show' });
  expect((await showing.decode([text('hello')])).map(valueOf)).toEqual(['hello']);
});

test('a message without any payload proves nothing', () => {
  expect(isProven([])).toBe(false);
  expect(isProven([{}])).toBe(true);
  expect(isProven([{}, { '@unreadable': 'plain' }])).toBe(false);
});
