import { createMail, mailConfig } from '../../adapters/mail';
import type { MailMessage, MailSender } from '../../adapters/ports';
import { sandboxOutbox } from '../support/mail';
import { startHarness, type Harness } from './sandboxHarness';

let harness: Harness;
let mail: MailSender;
beforeAll(async () => {
  harness = await startHarness();
  mail = createMail({
    baseUrl: `${harness.url}/mail`,
    key: 'sandbox-mail-key',
    from: 'Gamma <no-reply@gamma.example>',
    timeoutMs: 300,
  });
});
afterAll(() => harness.close());
beforeEach(() => harness.control('/reset', {}));

const MESSAGE: MailMessage = {
  reference: 'mai_1',
  to: 'person@shop.example',
  subject: 'Приглашение <b>',
  text: 'Сілтеме: https://gamma.example/desk/invitation#token=x',
};
const outbox = (): Promise<readonly unknown[]> => sandboxOutbox(harness.url)();

test('12.1, one message a reference, as it was written', async () => {
  expect((await mail.send(MESSAGE)).ok).toBe(true);
  expect((await mail.send(MESSAGE)).ok).toBe(true);
  const { to, subject, text } = MESSAGE;
  expect(await outbox()).toMatchObject([{ to, subject, text }]);
});

test.each([
  ['timeout_before_accept', 'mail_unavailable', 'submit:timeout', 0],
  ['http_500', 'mail_unavailable', 'submit:http_500', 0],
  ['http_500_after_accept', 'mail_unavailable', 'submit:http_500', 1],
  ['unauthorized', 'mail_unavailable', 'submit:http_403', 0],
  ['rate_limit', 'mail_rate_limited', 'submit:http_429', 0],
  ['reject', 'mail_rejected', 'submit:http_422', 0],
])('12.1, %s: %s, and sent again it is there once', async (mode, code, cause, booked) => {
  await harness.control('/mail/dial', { mode, count: 1 });
  const sent = await mail.send(MESSAGE);
  expect(sent).toMatchObject({ ok: false, error: { code, cause } });
  expect(await outbox()).toHaveLength(booked);
  expect((await mail.send(MESSAGE)).ok).toBe(true);
  expect(await outbox()).toHaveLength(1);
});

test('12.1, what would write a header of its own, or to more people, leaves nothing', async () => {
  for (const more of [
    { to: 'a@b.example, c@d.example' },
    { to: 'a@b.example\r\nBcc: c@d.example' },
    { to: 'nobody' },
    { subject: 'x\r\nBcc: c@d.example' },
    { text: ' ' },
    { reference: '' },
  ])
    expect(await mail.send({ ...MESSAGE, ...more })).toMatchObject({
      error: { code: 'mail_rejected', cause: 'malformed_message' },
    });
  expect(await outbox()).toEqual([]);
});

test('settings: https in live mode, a sender with name and address', () => {
  const env = { MAIL_URL: 'https://mail.example', MAIL_KEY: 'k' };
  expect(mailConfig(env).from).toContain('@');
  expect(() => mailConfig({ ...env, MAIL_URL: 'http://mail.example' })).toThrow(/https/);
  expect(() => mailConfig({ ...env, MAIL_FROM: 'a@b.example' })).toThrow(/MAIL_FROM/);
  expect(() => mailConfig({ MAIL_URL: env.MAIL_URL })).toThrow(/MAIL_KEY/);
});
