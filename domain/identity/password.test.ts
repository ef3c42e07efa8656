import * as fc from 'fast-check';

import { passwordRefusal } from './password';

const EMAIL = 'aliya.bek@shop.example';

test.each([
  'password1234',
  'Password123!',
  'P@ssw0rd2026',
  'qwertyuiop12',
  'QWERTY-qwerty',
  'йцукен123456',
  'Казахстан2026!',
  '123456789012',
  '0987654321098',
  '123456123456',
  'aaaaaaaaaaaa',
  'abababababab',
  'abcdefghijklm',
  'admin_admin_2026',
  'welcome12345',
])('%s is well known', (password) => {
  expect(passwordRefusal(password, EMAIL)).toBe('password_common');
});

test.each([
  'correct horse battery',
  'мой кот любит рыбу',
  'xK9$mQ2vL7pR',
  'tuesday lorry violin',
  'password of my grandmother',
])('%s will do', (password) => {
  expect(passwordRefusal(password, EMAIL)).toBeUndefined();
});

test('length counts characters, not bytes or halves of them', () => {
  expect(passwordRefusal('xK9$mQ2vL7p', EMAIL)).toBe('password_length');
  expect(passwordRefusal('🐫🐎🐏🐐🦌🐄🐖🐓🦆🦅🦉🦇', EMAIL)).toBeUndefined();
  expect(passwordRefusal('xK9$m '.repeat(22), EMAIL)).toBe('password_length');
});

test('the e-mail is no part of it', () => {
  expect(passwordRefusal('aliya.bek@shop.example', EMAIL)).toBe('password_personal');
  expect(passwordRefusal('my Aliya.Bek violin', EMAIL)).toBe('password_personal');
});

test('random words never throw and long random ones pass', () => {
  fc.assert(fc.property(fc.string(), (text) => void passwordRefusal(text, EMAIL)));
  fc.assert(
    fc.property(fc.uuid(), (text) => {
      expect(passwordRefusal(text, EMAIL)).toBeUndefined();
    }),
  );
});
