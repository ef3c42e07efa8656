import { parseSecret, sign, signedBy, type SigningSecret } from './signature';

const secret = (text: string): SigningSecret => {
  const parsed = parseSecret(text);
  if (!parsed) throw new Error('the test secret is malformed');
  return parsed;
};

// The example of the Standard Webhooks libraries' own test suite.
const KNOWN = secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const MESSAGE = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: Buffer.from('{"test": 2432232314}'),
};
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

test('the known answer of the specification’s libraries', () => {
  expect(sign(KNOWN, MESSAGE)).toBe(SIGNATURE);
  expect(signedBy([KNOWN], MESSAGE, SIGNATURE)).toBe(0);
});

test('says which of the live secrets signed, wherever it stands in the list', () => {
  const other = secret(`whsec_${Buffer.alloc(24, 7).toString('base64')}`);
  const list = `v1a,x ${sign(other, MESSAGE)} v2,${SIGNATURE.slice(3)}`;
  expect(signedBy([KNOWN, other], MESSAGE, list)).toBe(1);
  expect(signedBy([KNOWN], MESSAGE, list)).toBe(-1);
  expect(signedBy([], MESSAGE, SIGNATURE)).toBe(-1);
});

test.each([
  '',
  'v1,',
  SIGNATURE.slice(3),
  SIGNATURE.slice(0, -1),
  SIGNATURE.replace('v1', 'v2'),
  `${SIGNATURE},${SIGNATURE}`,
  // The same 32 bytes written another way: only one spelling is taken.
  SIGNATURE.replace('OE=', 'OF='),
  `${'v1,AAAA '.repeat(8)}${SIGNATURE}`,
])('refuses %j', (header) => {
  expect(signedBy([KNOWN], MESSAGE, header)).toBe(-1);
});

test('secrets are whsec_ and 24 to 64 bytes', () => {
  const of = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;
  expect(parseSecret(of(23))).toBeUndefined();
  expect(parseSecret(of(24))).toBeDefined();
  expect(parseSecret(of(64))).toBeDefined();
  expect(parseSecret(of(65))).toBeUndefined();
  expect(parseSecret(of(24).slice(6))).toBeUndefined();
  expect(parseSecret('whsec_-_-_')).toBeUndefined();
});
