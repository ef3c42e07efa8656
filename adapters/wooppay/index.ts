import { containsCardNumber } from '../../domain/identity/cardNumber';
import { Deadline } from '../http';
import type {
  BalanceOutcome,
  CardTokenOutcome,
  PartnerFailure,
  PayoutCapabilities,
  PayoutProvider,
  PayoutRequest,
  Refused,
  StatementEntry,
  StatementOutcome,
  StatusOutcome,
  SubmitOutcome,
  Unknown,
} from '../ports';
import { WooppayClient, type Exchange } from './client';
import type { WooppayConfig } from './config';
import { readFieldErrors, refusalOf } from './errors';
import { cardOutcome, statementEntry, statusOutcome, submitOutcome } from './mapping';
import { readBalance, readCard, readPage, readPayout, type WirePayout } from './wire';

export { wooppayCardsConfig, wooppayConfig, type WooppayConfig } from './config';

/** As modelled; README.md says which of them the contract must confirm. */
const CAPABILITIES: PayoutCapabilities = {
  destinations: ['card_token'],
  deduplicatesByReference: true,
  lookupByReference: true,
  statement: true,
  balance: true,
};

type Step = 'lookup' | 'submit' | 'read';
const MAX_STATEMENT_PAGES = 1000;

export function createWooppay(config: WooppayConfig): PayoutProvider {
  const client = new WooppayClient(config);
  return {
    name: 'wooppay',
    capabilities: CAPABILITIES,
    ensurePayout: (request) => ensurePayout(client, config, request),
    status: (reference) => status(client, config, reference),
    statement: (day) => statement(client, config, day),
    balance: () => balance(client, config),
    describeToken: (token) => describeToken(client, config, token),
  };
}

function unknown(step: Step, cause: PartnerFailure): Unknown {
  return { kind: 'unknown', cause: `${step}:${cause}` };
}

/** What went wrong in an exchange that brought nothing of use. */
function failure(step: Step, exchange: Exchange): Unknown {
  if (exchange.kind === 'failed') {
    const { login, cause } = exchange;
    return login ? { kind: 'unknown', cause: `login:${cause}` } : unknown(step, cause);
  }
  return unknown(step, exchange.kind === 'not_found' ? 'http_404' : `http_${exchange.status}`);
}

/** Requests that must never reach the provider; nothing was sent, so the answer is definite. */
function refuseRequest(request: PayoutRequest): Refused | null {
  const { reference, amount, instrument, description } = request;
  const refuse = (code: string, reason: string): Refused => ({ kind: 'refused', code, reason });
  if (!isReference(reference)) return refuse('invalid_reference', 'reference is malformed');
  if (amount <= 0n) return refuse('invalid_amount', 'amount must be above zero');
  if (!isToken(instrument.token)) {
    return refuse('invalid_instrument', 'instrument token is malformed');
  }
  if (containsCardNumber(instrument.token) || containsCardNumber(description)) {
    return refuse('card_number_refused', 'a full card number must not be sent or stored');
  }
  return null;
}

function isToken(token: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(token);
}

function isReference(reference: string): boolean {
  return /^[A-Za-z0-9_.:-]{1,64}$/.test(reference);
}

/** The payout told for our reference, or why it cannot be believed. */
function payoutOf(json: unknown, reference: string): WirePayout | PartnerFailure {
  const payout = readPayout(json);
  if (payout === null) return 'garbled_body';
  return payout.reference === reference ? payout : 'reference_conflict';
}

async function ensurePayout(
  client: WooppayClient,
  config: WooppayConfig,
  request: PayoutRequest,
): Promise<SubmitOutcome> {
  const refusal = refuseRequest(request);
  if (refusal) return refusal;
  const deadline = new Deadline(config.operationMs);

  // A worker may have died after sending: the provider's own record comes before any second send.
  const found = await client.findPayout(request.reference, deadline);
  if (found.kind !== 'not_found') {
    if (found.kind !== 'json' || found.status !== 200) return failure('lookup', found);
    const payout = payoutOf(found.json, request.reference);
    if (typeof payout === 'string') return unknown('lookup', payout);
    return submitOutcome(payout, request.amount, 'lookup');
  }

  const sent = await client.createPayout(request, deadline);
  if (sent.kind !== 'json') return failure('submit', sent);
  if (sent.status === 409) return unknown('submit', 'reference_conflict');
  if (sent.status === 422) {
    const errors = readFieldErrors(sent.json);
    const answer = errors === null ? 'garbled_body' : refusalOf(errors);
    return typeof answer === 'string' ? unknown('submit', answer) : answer;
  }
  const payout = payoutOf(sent.json, request.reference);
  if (typeof payout === 'string') return unknown('submit', payout);
  return submitOutcome(payout, request.amount, 'submit');
}

async function status(
  client: WooppayClient,
  config: WooppayConfig,
  reference: string,
): Promise<StatusOutcome> {
  if (!isReference(reference)) throw new RangeError('payout reference is malformed');
  const found = await client.findPayout(reference, new Deadline(config.operationMs));
  if (found.kind === 'not_found') return found;
  if (found.kind !== 'json' || found.status !== 200) return failure('lookup', found);
  const payout = payoutOf(found.json, reference);
  return typeof payout === 'string' ? unknown('lookup', payout) : statusOutcome(payout);
}

async function statement(
  client: WooppayClient,
  config: WooppayConfig,
  day: string,
): Promise<StatementOutcome> {
  const entries: StatementEntry[] = [];
  let page = '1';
  for (let read = 0; read < MAX_STATEMENT_PAGES; read += 1) {
    const answer = await client.history(day, page, new Deadline(config.operationMs));
    if (answer.kind !== 'json' || answer.status !== 200) return failure('read', answer);
    const wirePage = readPage(answer.json);
    if (wirePage === null) return unknown('read', 'garbled_body');
    for (const payout of wirePage.payouts) {
      const entry = statementEntry(payout);
      if (entry === null) return unknown('read', 'state_unknown');
      entries.push(entry);
    }
    if (wirePage.nextPage === null) return { kind: 'statement', entries };
    page = wirePage.nextPage;
  }
  return unknown('read', 'too_large');
}

async function balance(client: WooppayClient, config: WooppayConfig): Promise<BalanceOutcome> {
  const answer = await client.balance(new Deadline(config.operationMs));
  if (answer.kind !== 'json' || answer.status !== 200) return failure('read', answer);
  const amount = readBalance(answer.json);
  return amount === null ? unknown('read', 'garbled_body') : { kind: 'balance', amount };
}

async function describeToken(
  client: WooppayClient,
  config: WooppayConfig,
  token: string,
): Promise<CardTokenOutcome> {
  // No provider issues such a token, and a card number must not be sent even to ask about it.
  if (!isToken(token) || containsCardNumber(token)) return { kind: 'not_found' };
  const answer = await client.describeCard(token, new Deadline(config.operationMs));
  if (answer.kind === 'not_found') return answer;
  if (answer.kind !== 'json' || answer.status !== 200) return failure('lookup', answer);
  const card = readCard(answer.json, token);
  return card === null ? unknown('lookup', 'garbled_body') : cardOutcome(card);
}
