import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Webhook } from 'standardwebhooks';

import { order, startHarness, type Harness, type World } from './harness';

let api: Harness;
let world: World;

beforeAll(async () => {
  api = await startHarness();
  world = await api.world();
});
afterAll(async () => {
  await api.stop();
});

const guide = readFileSync(join(__dirname, '../../docs/postbacks.md'), 'utf8');
const example = (language: string): string => {
  const found = new RegExp(`\`\`\`\\w+ ${language}\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1];
  if (!found) throw new Error(`docs/postbacks.md has no ${language} example`);
  return found;
};

test('the Node example of the guide is accepted as it stands', async () => {
  const body = JSON.stringify(order(api, world));
  const program = `${example('node')}
    sendPostback(...JSON.parse(process.argv[1])).then((got) => console.log(JSON.stringify(got)));`;
  const args = JSON.stringify([api.url, world.programmeId, world.secret, JSON.parse(body)]);
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', program, args]);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('exit', () => resolve(text));
  });
  expect(JSON.parse(output)).toMatchObject({ status: 200, answer: { verdict: 'accepted' } });
});

test('the shell example of the guide signs like the reference library', () => {
  // The script's own signature is compared, with curl replaced: not every machine has it.
  const script = `curl() { printf '%s|%s|%s|%s' "$ID" "$TIMESTAMP" "$BODY" "$SIGNATURE"; }\n${example('shell')}`;
  const output = execFileSync('bash', ['-c', script], {
    env: {
      PATH: process.env['PATH'],
      API: api.url,
      PROGRAMME: world.programmeId,
      SECRET: world.secret,
      CLICK_ID: 'x',
    },
  }).toString();
  const [id = '', timestamp = '', body = '', signature = ''] = output.split('|');
  const expected = new Webhook(world.secret).sign(id, new Date(Number(timestamp) * 1000), body);
  expect(`v1,${signature}`).toBe(expected);
});
