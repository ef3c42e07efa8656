import { isFamiliar, noteFamiliar } from '../../store/redis/familiar';
import type { ApiDeps, Call } from '../handler';
import type { Wanted } from './attempts';

/** Where a call about an account comes from, as far as its limits are concerned. */
export type Place = {
  /** A device or an address this account was entered from before. */
  readonly familiar: boolean;
  readonly byDevice: boolean;
  /** Account and place together: what somebody does elsewhere is not counted here. */
  readonly subject: string;
};

const ANY = 'any';
const deviceSlot = (id: string): string => `d:${id}`;
const addressSlot = (bucket: string): string => `a:${bucket}`;

/**
 * A device the account was entered from has counters that nobody else can reach. All others are counted by
 * address: whoever would shut the owner out has to sit behind the owner's own address, and even there shuts out
 * only devices that were never used.
 */
export async function placeOf(
  { redis }: Pick<ApiDeps, 'redis'>,
  { device, from }: Pick<Call, 'device' | 'from'>,
  account: string,
): Promise<Place> {
  const known = (place: string): Promise<boolean> =>
    isFamiliar(redis, account, place).catch(() => false);
  if (device && (await known(deviceSlot(device.id))))
    return { familiar: true, byDevice: true, subject: `${account}:${deviceSlot(device.id)}` };
  const slot = addressSlot(from.bucket);
  return { familiar: await known(slot), byDevice: false, subject: `${account}:${slot}` };
}

/** After a sign-in: this device and this address are the account's own from now on. */
export async function rememberPlace(
  { redis }: Pick<ApiDeps, 'redis'>,
  { device, from }: Pick<Call, 'device' | 'from'>,
  account: string,
): Promise<void> {
  const own = device ? [deviceSlot(device.id)] : [];
  await noteFamiliar(redis, account, [...own, addressSlot(from.bucket)]);
  if (device) await noteFamiliar(redis, ANY, own);
}

/** Whether anybody ever signed in from this device. */
export const isUsedDevice = (
  { redis }: Pick<ApiDeps, 'redis'>,
  deviceId: string,
): Promise<boolean> => isFamiliar(redis, ANY, deviceSlot(deviceId)).catch(() => false);

/**
 * Wrong codes and passwords of one address, over all accounts. The account's own devices are not counted with
 * whoever else sits behind their operator's NAT.
 */
export async function failuresOf(
  deps: Pick<ApiDeps, 'redis' | 'failureLimit'>,
  call: Pick<Call, 'device' | 'from'>,
  account: string,
): Promise<Wanted[]> {
  const { byDevice } = await placeOf(deps, call, account);
  return byDevice ? [] : [[deps.failureLimit, call.from.bucket]];
}
