import { randomBytes } from 'node:crypto';

import type { Text } from '../../domain/conversions/reasons';
import { containsCardNumber } from '../../domain/identity/cardNumber';
import { checkIban } from '../../domain/identity/iban';
import { err, ok, type Result } from '../../domain/result';
import { insertAudit } from '../../store/postgres/audit';
import { insertNotice } from '../../store/postgres/notices';
import { insertOutbox } from '../../store/postgres/outbox';
import { lockPayee } from '../../store/postgres/payeeStatuses';
import {
  findProfile,
  setInstrument as storeInstrument,
  type NewInstrument,
  type ProfileRow,
} from '../../store/postgres/profile';
import { phonesOf } from '../../store/postgres/users';
import { endCardForm, openCardForm, ownerOfCardForm } from '../../store/redis/cardForms';
import { auditOf } from '../access/audit';
import { factorIsFresh, type Viewer } from '../access/viewer';
import { jsonAnswer } from '../answer';
import type { ApiDeps, Call } from '../handler';
import type { Refusal } from '../reply';
import { RETRY_AFTER_SECONDS } from '../problem';
import { payableFrom } from '../payoutQuote';
import { seen } from './wall';

const FORM_SECONDS = 15 * 60;
/** Where the provider sends the browser back to: a route of the influencer's app. */
const RETURN_PATH = '/app/card-return';

export const instrumentOf = (
  profile: ProfileRow,
  { influencers }: Pick<ApiDeps, 'influencers'>,
): unknown => ({
  kind: profile.instrument_kind,
  last4: profile.instrument_last4,
  brand: profile.instrument_brand,
  bank: profile.instrument_bank,
  stopped: profile.instrument_stopped_at !== null,
  set_at: profile.instrument_set_at,
  payable_from: payableFrom(profile.instrument_set_at, influencers.instrumentWaitMs),
});

/** Whose form it is: this person in this sign-in, so that a token cannot be slipped to somebody else. */
const ownerOf = (viewer: Viewer, influencerId: string): string => {
  const session = viewer.via.kind === 'session' ? viewer.via.session.id : viewer.via.keyId;
  return `${influencerId} ${session}`;
};

export const getCardForm = seen(async (deps, _call, viewer, { influencerId }) => {
  const { cards } = deps.influencers;
  if (!cards) return { problem: 'card_check_unavailable', retryAfterSeconds: RETRY_AFTER_SECONDS };
  const state = randomBytes(32).toString('base64url');
  await openCardForm(deps.redis, state, ownerOf(viewer, influencerId), FORM_SECONDS);
  const url = new URL(cards.formUrl);
  url.searchParams.set('return_url', `${deps.publicOrigin || deps.ownUrl()}${RETURN_PATH}`);
  url.searchParams.set('state', state);
  return jsonAnswer(200, {
    url: url.href,
    expires_at: new Date(deps.now() + FORM_SECONDS * 1000).toISOString(),
  });
});

type IbanInput = { readonly kind: 'iban'; readonly iban: string };
type CardInput = { readonly kind: 'card'; readonly token: string; readonly state: string };
type Checked = Omit<NewInstrument, 'influencerId'>;

function accountOf(
  { sealer }: ApiDeps,
  influencerId: string,
  input: IbanInput,
): Result<Checked, Refusal> {
  if (containsCardNumber(input.iban)) return err({ problem: 'card_number_forbidden' });
  const checked = checkIban(input.iban);
  if (!checked.ok) return err({ problem: 'iban_invalid' });
  const { iban, bankName } = checked.value;
  return ok({
    kind: 'iban',
    token: null,
    sealed: sealer.seal(Buffer.from(iban), influencerId),
    last4: iban.slice(-4),
    brand: null,
    bank: bankName,
  });
}

/** What the browser brings is a hint: the provider says what the token is and which form made it. */
async function cardOf(
  deps: ApiDeps,
  owner: string,
  input: CardInput,
): Promise<Result<Checked, Refusal>> {
  if (containsCardNumber(input.token)) return err({ problem: 'card_number_forbidden' });
  const { cards } = deps.influencers;
  const unavailable = err<Refusal>({
    problem: 'card_check_unavailable',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
  if (!cards) return unavailable;
  if ((await ownerOfCardForm(deps.redis, input.state)) !== owner)
    return err({ problem: 'card_form_expired' });
  const card = await cards.provider.describeToken(input.token);
  // The form stays open: the same token can be brought again once the provider answers.
  if (card.kind === 'unknown') return unavailable;
  const isFirst = await endCardForm(deps.redis, input.state);
  if (!isFirst || card.kind === 'not_found' || card.formState !== input.state)
    return err({ problem: 'card_form_expired' });
  if (card.state !== 'active') return err({ problem: 'card_unusable' });
  const { last4, brand } = card;
  return ok({ kind: 'card', token: input.token, sealed: null, last4, brand, bank: null });
}

const audited = (profile: ProfileRow): Record<string, unknown> | undefined =>
  profile.has_instrument
    ? { kind: profile.instrument_kind, last4: profile.instrument_last4 }
    : undefined;

export const setInstrument = seen(async (deps, call, viewer, { influencerId, profile }) => {
  // Somebody with a borrowed phone must not send the next payout to themselves.
  if (profile.has_instrument && !factorIsFresh(viewer, deps.now()))
    return { problem: 'factor_required' };
  const input = call.body as IbanInput | CardInput;
  const checked =
    input.kind === 'iban'
      ? accountOf(deps, influencerId, input)
      : await cardOf(deps, ownerOf(viewer, influencerId), input);
  if (!checked.ok) return checked.error;
  const stored = await store(deps, call, viewer, { influencerId, ...checked.value });
  if ('status' in stored) await tellOwner(deps, call, influencerId, checked.value.last4);
  return stored;
});

const ADDED: Text = {
  ru: 'Gamma: для выплат добавлена карта или счёт •• {last4}. Если это не вы, войдите и замените её.',
  kk: 'Gamma: төлемге •• {last4} картасы немесе шоты қосылды. Бұл сіз емес болсаңыз, кіріп, ауыстырыңыз.',
  en: 'Gamma: a card or account •• {last4} was added for payouts. If it was not you, sign in and replace it.',
};

/** By SMS as well: whoever got into the account sees the notice in the app first. What is stored stands without it. */
async function tellOwner(
  { pool, sealer, sms, log }: ApiDeps,
  { requestId }: Call,
  influencerId: string,
  last4: string,
): Promise<void> {
  for (const { id, locale, phoneSealed } of await phonesOf(pool, influencerId)) {
    const sent = await sms.send({
      reference: `card:${requestId}:${id}`.replace(/[^A-Za-z0-9_.:-]/g, '-').slice(0, 64),
      phone: sealer.open(phoneSealed, id).toString(),
      text: ADDED[locale].replace('{last4}', last4),
    });
    if (!sent.ok)
      log.warn(
        { outcome: sent.error.code, reason: sent.error.cause, requestId },
        'an owner was not told of a new card by SMS',
      );
  }
}

function store(
  deps: ApiDeps,
  call: Call,
  viewer: Viewer,
  instrument: NewInstrument,
): Promise<Refusal | ReturnType<typeof jsonAnswer>> {
  const { influencerId, kind, last4 } = instrument;
  return deps.payouts.changeDestination(influencerId, async (sql) => {
    await lockPayee(sql, influencerId);
    const before = await findProfile(sql, viewer, influencerId);
    if (!before) return { problem: 'influencer_not_found' };
    // A first instrument given twice at once: the second is a change, and changes want a factor.
    if (before.has_instrument && !factorIsFresh(viewer, deps.now()))
      return { problem: 'factor_required' };
    await storeInstrument(sql, instrument);
    await insertNotice(sql, { influencerId, code: 'instrument_changed', params: { last4 } });
    await insertOutbox(sql, { topic: 'payee.updated', subjectId: influencerId, payload: {} });
    const was = audited(before);
    await insertAudit(
      sql,
      auditOf(viewer, call, {
        action: 'influencer.set_instrument',
        subjectId: influencerId,
        ...(was && { before: was }),
        after: { kind, last4 },
      }),
    );
    const after = await findProfile(sql, viewer, influencerId);
    return jsonAnswer(200, instrumentOf(after!, deps));
  });
}
