import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { readAgent } from './agent';
import { chooseOpening } from './opening';
import { NOT_BILLABLE } from './reasons';

const WITH_APP = { androidPackage: 'kz.shop.app', iosUniversal: true };
const WITHOUT_APP = { androidPackage: null, iosUniversal: false };

/** One real user agent a line, with what is made of it: domain/clicks/agents.txt. */
const [, ...rows] = readFileSync(join(__dirname, 'agents.txt'), 'utf8').trim().split('\n');

test('the table holds at least 60 user agents, none twice', () => {
  const agents = rows.map((row) => row.split(' | ').slice(8).join(' | '));
  expect(agents.length).toBeGreaterThanOrEqual(60);
  expect(new Set(agents).size).toBe(agents.length);
});

test.each(rows)('%s', (row) => {
  const [way, why, wayWithout, who, device, os, app, browser, ...agentParts] = row.split(' | ');
  const agent = readAgent(agentParts.join(' | '));
  expect({
    who: agent.notPerson ?? 'person',
    device: agent.device,
    os: agent.os,
    app: agent.app ?? '-',
    browser: agent.browser || '-',
  }).toEqual({ who, device, os, app, browser });
  expect(chooseOpening(agent, agent.notPerson, WITH_APP)).toEqual({ way, why });
  expect(chooseOpening(agent, agent.notPerson, WITHOUT_APP).way).toBe(wayWithout);
});

test.each(['', ' ', '\t'])('no user agent: %j', (text) => {
  expect(readAgent(text)).toEqual({
    device: 'other',
    os: 'other',
    app: null,
    browser: '',
    notPerson: 'agent_missing',
  });
});

test('what the request says of itself comes before what its agent says', () => {
  const iphone = readAgent(
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  );
  const telegram = readAgent('TelegramBot (like TwitterBot)');
  for (const reason of ['prefetch', 'prerender', 'preview'] as const) {
    expect(chooseOpening(iphone, reason, WITH_APP).way).toBe('declined');
    expect(chooseOpening(telegram, reason, WITH_APP).way).toBe('declined');
  }
  expect(chooseOpening(iphone, 'head', WITH_APP).way).toBe('plain');
  expect(chooseOpening(telegram, 'head', WITH_APP).way).toBe('preview_page');
});

test('only a person gets a way that carries a click id', () => {
  const ways = new Set(['plain', 'preview_page', 'declined']);
  for (const row of rows) {
    const agent = readAgent(row.split(' | ').slice(8).join(' | '));
    for (const reason of NOT_BILLABLE) {
      expect(ways).toContain(chooseOpening(agent, reason, WITH_APP).way);
    }
  }
});

test('each system opens only its own kind of app', () => {
  const android = readAgent(
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36',
  );
  const opening = { androidPackage: null, iosUniversal: true };
  expect(chooseOpening(android, null, opening)).toEqual({ way: 'redirect', why: 'no_app' });
});

test('any text is read, quickly, into values of closed lists', () => {
  const pieces = fc.constantFrom(
    ...[
      'Mozilla/5.0 ',
      '(iPhone; ',
      ' Mobile/',
      'Safari/',
      '; wv)',
      ' Chrome/1',
      'bot',
      'a/',
      '(((',
      '   ',
      ';',
      '/',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 512 }),
    fc.array(pieces, { maxLength: 120 }).map((parts) => parts.join('').slice(0, 512)),
  );
  const browsers = new Set<string>();
  fc.assert(
    fc.property(texts, (text) => {
      // A text that is slow to read is slow each time; a busy machine is not.
      for (let tries = 1; ; tries++) {
        const from = performance.now();
        browsers.add(readAgent(text).browser);
        if (performance.now() - from < 100) return;
        expect(tries).toBeLessThan(5);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(browsers.size).toBeLessThan(100);
});
