import type { Limit } from '../access/limits';
import type { ApiDeps, Call } from '../handler';
import type { Refusal } from '../reply';
import { giveAllBack, takeAll, type Wanted } from './attempts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/*
 * Messages cost money and reach strangers: whoever can make the platform send them to numbers of their choice can
 * spend the one and be paid for the other (SMS pumping). So they are counted by who asks and by whom they go to;
 * a code that is proved gives its points back, as thousands of honest people share one address behind a mobile
 * operator's NAT and pumped messages are never proved.
 */
export const SMS_ADDRESS_MINUTE: Limit = { name: 'sms_address', points: 30, seconds: MINUTE };
export const SMS_ADDRESS_HOUR: Limit = { name: 'sms_address_hour', points: 120, seconds: HOUR };
/** /24 or /48. */
export const SMS_AREA_HOUR: Limit = { name: 'sms_area', points: 400, seconds: HOUR };
/** Numbers that differ in their last four digits only: pumped ones come in blocks. */
export const SMS_BLOCK_HOUR: Limit = { name: 'sms_block', points: 100, seconds: HOUR };

export type SmsCeilings = { readonly hour: number; readonly day: number };
export const SMS_CEILINGS: SmsCeilings = { hour: 3_000, day: 20_000 };

const PLATFORM = 'platform';
/** Of what the platform may send, the part for people who are signed in or come from a device of theirs. */
const RESERVED = 0.2;

/** What the whole platform may send, in two parts: strangers can use up only theirs. */
export type SmsBudget = {
  readonly ceilings: SmsCeilings;
  readonly open: readonly Limit[];
  readonly reserved: readonly Limit[];
};

export function createSmsBudget(ceilings: SmsCeilings = SMS_CEILINGS): SmsBudget {
  const reservedOf = (ceiling: number): number => Math.max(1, Math.floor(ceiling * RESERVED));
  const of = (name: string, points: (ceiling: number) => number): Limit[] => [
    { name: `sms_${name}_hour`, points: points(ceilings.hour), seconds: HOUR },
    { name: `sms_${name}_day`, points: points(ceilings.day), seconds: DAY },
  ];
  return {
    ceilings,
    open: of('open', (ceiling) => Math.max(1, ceiling - reservedOf(ceiling))),
    reserved: of('reserved', reservedOf),
  };
}

/** What a message was counted by besides the platform's budget; goes back when its code is proved. */
export type SmsShare = { readonly bucket: string; readonly area: string; readonly block: string };

export const smsShareOf = (
  { sealer }: Pick<ApiDeps, 'sealer'>,
  { from }: Pick<Call, 'from'>,
  phone: string,
): SmsShare => ({
  bucket: from.bucket,
  area: from.area,
  block: sealer.blindIndex(phone.slice(0, -4), 'limits.phone_block').toString('base64url'),
});

const shareWanted = ({ bucket, area, block }: SmsShare): Wanted[] => [
  [SMS_ADDRESS_MINUTE, bucket, 'sms_limit'],
  [SMS_ADDRESS_HOUR, bucket, 'sms_limit'],
  [SMS_AREA_HOUR, area, 'sms_limit'],
  [SMS_BLOCK_HOUR, block, 'sms_limit'],
];

const ofPlatform = (limits: readonly Limit[]): Wanted[] =>
  limits.map((limit) => [limit, PLATFORM, 'sms_budget_spent']);

export type SmsTaken = { readonly taken: readonly Wanted[] };

/** One message. `share` is absent for people the platform knows: theirs are limited by session or place already. */
export async function takeSms(
  deps: ApiDeps,
  share: SmsShare | undefined,
): Promise<SmsTaken | Refusal> {
  const { open, reserved } = deps.smsBudget;
  const ways = share
    ? [[...shareWanted(share), ...ofPlatform(open)]]
    : [ofPlatform(reserved), ofPlatform(open)];
  let refusal: Refusal | undefined;
  for (const wanted of ways) {
    refusal = await takeAll(deps, wanted);
    if (!refusal) return { taken: wanted };
  }
  if (refusal?.problem === 'sms_budget_spent')
    deps.log.error({ outcome: 'sms_budget_spent' }, 'the budget for messages is spent');
  return refusal!;
}

/** The person has proved the code: the message was wanted, and counts for the platform's budget only. */
export const proveSms = (deps: ApiDeps, share: SmsShare): Promise<void> =>
  giveAllBack(deps, shareWanted(share));

/** What was sent and what may be, for ops. */
export async function readSmsBudget({ limits, smsBudget }: ApiDeps): Promise<{
  readonly hour: { readonly sent: number; readonly ceiling: number };
  readonly day: { readonly sent: number; readonly ceiling: number };
  readonly state: 'ok' | 'near' | 'spent';
}> {
  const { open, reserved, ceilings } = smsBudget;
  const used = (limit: Limit): Promise<number> => limits.used(limit, PLATFORM);
  const [opened, kept] = await Promise.all([
    Promise.all(open.map(used)),
    Promise.all(reserved.map(used)),
  ]);
  const fullest = Math.max(...open.map(({ points }, i) => (opened[i] ?? 0) / points));
  return {
    hour: { sent: (opened[0] ?? 0) + (kept[0] ?? 0), ceiling: ceilings.hour },
    day: { sent: (opened[1] ?? 0) + (kept[1] ?? 0), ceiling: ceilings.day },
    state: fullest >= 1 ? 'spent' : fullest >= 0.8 ? 'near' : 'ok',
  };
}
