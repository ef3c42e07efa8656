import type { IncomingMessage } from 'node:http';

import { readAgent } from '../../../domain/clicks/agent';
import { createAgents } from '../../../redirect/agents';
import { readEvidence } from '../../../redirect/evidence';

const requestWith = (...rawHeaders: string[]): IncomingMessage =>
  ({ method: 'GET', rawHeaders }) as unknown as IncomingMessage;

describe('headers of a click', () => {
  const spell = [
    (name: string): string => name,
    (name: string): string => name.toLowerCase(),
    (name: string): string => name.toUpperCase(),
  ];

  test.each(spell)('are read in every spelling', (spelled) => {
    const seen = readEvidence(
      requestWith(
        ...[spelled('User-Agent'), 'ua', spelled('Referer'), 'https://t.me/'],
        ...[spelled('Accept-Language'), 'kk', spelled('X-Forwarded-For'), '1.2.3.4'],
        ...[spelled('X-Forwarded-For'), '5.6.7.8'],
        ...[spelled('X-Requested-With'), 'org.telegram.messenger'],
        ...[spelled('Forwarded'), 'for=1.2.3.4', spelled('Forwarded'), 'for=5.6.7.8'],
      ),
    );
    expect(seen).toEqual({
      userAgent: 'ua',
      referrer: 'https://t.me/',
      language: 'kk',
      requestedWith: 'org.telegram.messenger',
      forwardedFor: '1.2.3.4,5.6.7.8',
      forwarded: 'for=1.2.3.4,for=5.6.7.8',
      soundHost: true,
      reason: undefined,
    });
  });

  test.each(['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz'])('%s says a guess', (name) => {
    for (const spelled of spell)
      expect(readEvidence(requestWith(spelled(name), 'prefetch')).reason).toBe('prefetch');
  });

  test('are not taken from others of the same length and first letter', () => {
    const others = [
      'Refresh',
      'Users-Gent',
      'Upgrade',
      'Accept-Languagf',
      'Y-Moz',
      '',
      'constructor',
    ];
    const seen = readEvidence(requestWith(...others.flatMap((name) => [name, 'prefetch'])));
    expect(seen).toEqual(readEvidence(requestWith()));
  });
});

test('user agents that differ anywhere are told apart, and known again', () => {
  const agentOf = createAgents();
  const base =
    'Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36';
  const texts = ['', 'x'];
  // One letter changed at each place.
  for (let i = 0; i < base.length; i += 1) texts.push(`${base.slice(0, i)}~${base.slice(i + 1)}`);
  for (let i = 0; i < 4_000; i += 1) texts.push(`${base} Build/${i}`);
  const first = texts.map((text) => agentOf(text));
  expect(new Set(first.map(({ number }) => number)).size).toBe(texts.length);
  for (const [i, text] of texts.entries()) {
    const again = agentOf(text);
    expect(again.number).toBe(first[i]!.number);
    expect(again.quoted).toBe(JSON.stringify(text));
  }
  expect(agentOf(base).agent).toEqual(readAgent(base));
});
