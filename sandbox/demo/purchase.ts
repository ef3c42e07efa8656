import { randomBytes } from 'node:crypto';

import type { DemoData, DemoInfluencer, DemoProgramme } from '../seed';
import { call, DemoFailure, sendPostback, until } from './http';

/** Where the running platform is reached. The demo knows no other way in: it is a client like any other. */
export type PlatformUrls = {
  readonly redirect: string;
  readonly api: string;
  readonly sandbox: string;
};

export type PurchaseStep = { readonly name: string; readonly ms: number; readonly detail: string };

export type PurchaseResult = {
  readonly click: { readonly id: string; readonly status: number; readonly location: string };
  readonly conversion: { readonly id: string; readonly workflowId: string; readonly state: string };
  readonly amounts: {
    readonly gross: string;
    readonly fee: string;
    readonly tax: string;
    readonly net: string;
  };
  readonly payout: {
    readonly id: string;
    readonly state: string;
    readonly providerReference: string;
    readonly providerAmount: string;
  };
  readonly steps: readonly PurchaseStep[];
};

export type PurchaseOptions = {
  readonly urls: PlatformUrls;
  readonly data: DemoData;
  readonly influencer: DemoInfluencer;
  /** Decimal tenge. */
  readonly sale: string;
  readonly onStep: (step: PurchaseStep) => void;
};

type Json = Record<string, unknown>;
const inner = (json: Json, key: string): Json => (json[key] ?? {}) as Json;
const word = (json: Json, key: string): string => {
  const value = json[key];
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
};

const heldWords = (conversion: Json): string =>
  conversion['held_until'] === null
    ? 'held, the return period begins when the goods arrive'
    : `held until ${word(conversion, 'held_until')}`;

/** One order from the click to the card, driven over HTTP; every figure is read back from the platform. */
export async function drivePurchase(options: PurchaseOptions): Promise<PurchaseResult> {
  return new Purchase(options).run();
}

class Purchase {
  private readonly steps: PurchaseStep[] = [];
  private readonly programme: DemoProgramme;
  private readonly orderId = `demo-${randomBytes(6).toString('hex')}`;

  constructor(private readonly options: PurchaseOptions) {
    const found = options.data.programmes.find((programme) => programme.shop === 'wildberries');
    if (!found) throw new DemoFailure('the demo data has no Wildberries programme');
    this.programme = found;
  }

  async run(): Promise<PurchaseResult> {
    const click = await this.step(
      'click',
      () => this.click(),
      (c) => `${c.status} → ${c.location}`,
    );
    const conversionId = await this.step(
      'postback',
      () => this.postback(click.id),
      (id) => `accepted, ${id}`,
    );
    await this.step('hold', () => this.conversionIs(conversionId, 'HELD'), heldWords);
    await this.step(
      'delivered',
      () => this.deliver(),
      () => 'the shop now says: delivered',
    );
    const payable = await this.step(
      'release',
      () => this.conversionIs(conversionId, 'PAYABLE'),
      (c) => `payable ${word(inner(c, 'amounts'), 'payable')} ₸`,
    );
    const asked = await this.step(
      'payout request',
      () => this.request(),
      (p) => `${word(p, 'id')} in ${word(p, 'batch_id')}`,
    );
    await this.step(
      'approval',
      () => this.approve(word(asked, 'batch_id')),
      (b) => `${word(b, 'item_count')} payout, ${word(b, 'total')} ₸`,
    );
    const payout = await this.step(
      'provider',
      () => this.payoutPaid(word(asked, 'id')),
      (p) => `paid ${word(inner(p, 'amounts'), 'net')} ₸`,
    );
    const conversion = await this.step(
      'paid',
      () => this.conversionIs(conversionId, 'PAID'),
      () => 'the conversion is closed',
    );
    const booked = await this.providerBook(word(payout, 'reference'));
    return {
      click,
      conversion: {
        id: conversionId,
        workflowId: word(conversion, 'workflow_id'),
        state: word(conversion, 'state'),
      },
      amounts: {
        gross: word(inner(payable, 'amounts'), 'gross'),
        fee: word(inner(payable, 'amounts'), 'fee'),
        tax: word(inner(payout, 'amounts'), 'tax'),
        net: word(inner(payout, 'amounts'), 'net'),
      },
      payout: {
        id: word(payout, 'id'),
        state: word(payout, 'state'),
        providerReference: word(inner(payout, 'provider'), 'reference'),
        providerAmount: word(booked, 'amount'),
      },
      steps: this.steps,
    };
  }

  private async step<T>(
    name: string,
    act: () => Promise<T>,
    tell: (value: T) => string,
  ): Promise<T> {
    const started = performance.now();
    try {
      const value = await act();
      const step = { name, ms: Math.round(performance.now() - started), detail: tell(value) };
      this.steps.push(step);
      this.options.onStep(step);
      return value;
    } catch (failure) {
      throw new DemoFailure(
        `step "${name}": ${failure instanceof Error ? failure.message : String(failure)}`,
        { cause: failure },
      );
    }
  }

  private async click(): Promise<PurchaseResult['click']> {
    const url = `${this.options.urls.redirect}/${this.options.influencer.linkCode}`;
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        'user-agent':
          'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
      },
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    const location = response.headers.get('location') ?? '';
    const id = location ? new URL(location).searchParams.get(this.programme.clickParam) : null;
    if (response.status !== 302 || !id)
      throw new DemoFailure(`${url} answered ${response.status} ${location}`);
    return { id, status: response.status, location };
  }

  private async postback(clickId: string): Promise<string> {
    const { body } = await sendPostback(
      this.options.urls.api,
      this.programme.id,
      this.programme.webhookSecret,
      {
        click_id: clickId,
        transaction_id: this.orderId,
        event: 'sale',
        sale_amount: this.options.sale,
        currency: 'KZT',
        status: 'pending',
      },
    );
    if (body['verdict'] !== 'accepted')
      throw new DemoFailure(`the postback was answered ${JSON.stringify(body)}`);
    return word(body, 'conversion_id');
  }

  private async conversionIs(id: string, state: string): Promise<Json> {
    const url = `${this.options.urls.api}/v1/conversions/${id}`;
    return until(
      `conversion ${id} is ${state}`,
      async () => (await call('GET', url, { key: this.options.data.apiKeys.brand })).body,
      (body) => {
        const now = word(body, 'state');
        if (now !== state && ['CANCELLED', 'REFUSED', 'REVIEW', 'UNMATCHED'].includes(now)) {
          throw new DemoFailure(`the conversion became ${now}: ${JSON.stringify(body['reason'])}`);
        }
        return now === state;
      },
    );
  }

  private deliver(): Promise<unknown> {
    return call('POST', `${this.options.urls.sandbox}/control/wildberries/orders`, {
      body: { srid: this.orderId, nmId: 146972802, price: this.options.sale, status: 'buyout' },
    });
  }

  private async request(): Promise<Json> {
    const { influencer, urls } = this.options;
    const { body } = await call('POST', `${urls.api}/v1/influencers/${influencer.id}/payouts`, {
      key: influencer.apiKey,
      body: {},
    });
    return body;
  }

  private async approve(batchId: string): Promise<Json> {
    const { data, urls } = this.options;
    const url = `${urls.api}/v1/payout-batches/${batchId}`;
    // The first person closes the run and signs it, the second approves what is in it.
    await until(
      `payout run ${batchId} is prepared`,
      async () =>
        (
          await call('POST', `${url}/prepare`, {
            key: data.apiKeys.opsMaker,
            body: {},
            expect: [200, 503],
          })
        ).status,
      (status) => status === 200,
    );
    const frozen = await until(
      `payout run ${batchId} is frozen`,
      async () => (await call('GET', url, { key: data.apiKeys.opsChecker })).body,
      (body) => body['state'] === 'frozen',
    );
    const { body } = await call('POST', `${url}/approve`, {
      key: data.apiKeys.opsChecker,
      body: { expected_total: word(frozen, 'total') },
    });
    return body;
  }

  private async payoutPaid(payoutId: string): Promise<Json> {
    const { influencer, urls } = this.options;
    return until(
      `payout ${payoutId} is paid`,
      async () =>
        (await call('GET', `${urls.api}/v1/payouts/${payoutId}`, { key: influencer.apiKey })).body,
      (body) => {
        if (['refused', 'cancelled', 'review'].includes(word(body, 'state'))) {
          throw new DemoFailure(`the payout ended ${JSON.stringify(body)}`);
        }
        return body['state'] === 'paid';
      },
    );
  }

  private async providerBook(reference: string): Promise<Json> {
    const { body } = await call('GET', `${this.options.urls.sandbox}/control/wooppay/book`);
    const entries = (body['payouts'] ?? []) as Json[];
    const entry = entries.find((candidate) => candidate['reference'] === reference);
    if (!entry) throw new DemoFailure(`the provider's book has no payout ${reference}`);
    return entry;
  }
}
