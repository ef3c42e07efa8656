import type { Pool } from 'pg';

import { GRANTS, type Role } from '../domain/access';
import { idFromBytes, type IdKind } from '../domain/ids';
import { keyHash } from '../store/postgres/apiKeys';
import * as catalogue from '../store/postgres/catalogue';
import { inTransaction, type Sql } from '../store/postgres/pool';
import { seedCatalogue } from './seedCatalogue';
import { seedLogins, type DemoLogins, type SeedSecrets } from './people';

/** What a demo platform starts with. Credentials are derived from the installation's seed: same at every start. */
export type DemoData = {
  readonly brand: { readonly id: string; readonly name: string };
  readonly programmes: readonly DemoProgramme[];
  readonly influencers: readonly DemoInfluencer[];
  readonly apiKeys: {
    readonly brand: string;
    readonly opsMaker: string;
    readonly opsChecker: string;
  };
  readonly logins: DemoLogins;
};

export type DemoProgramme = {
  readonly id: string;
  readonly shop: 'wildberries' | 'magnum' | 'technodom';
  readonly name: string;
  readonly hosts: readonly string[];
  readonly clickParam: string;
  readonly confirmation: 'postback' | 'poll' | 'auto';
  readonly webhookSecret: string;
};

export type DemoInfluencer = {
  readonly id: string;
  readonly ref: string;
  readonly regime: string;
  /** Code of the influencer's link to the Wildberries product. */
  readonly linkCode: string;
  readonly links: readonly {
    readonly programmeId: string;
    readonly code: string;
    readonly target: string;
  }[];
  readonly apiKey: string;
};

export type SeedOptions = SeedSecrets & { readonly holdSeconds: number };

const SHOPS = [
  {
    shop: 'wildberries',
    name: 'Wildberries',
    hosts: ['wildberries.kz', 'www.wildberries.kz', 'wildberries.ru', 'www.wildberries.ru'],
    confirmation: 'poll',
    orderSource: 'wildberries',
    target: 'https://www.wildberries.kz/catalog/146972802/detail.aspx',
  },
  {
    shop: 'magnum',
    name: 'Magnum',
    hosts: ['magnum.kz', 'www.magnum.kz'],
    confirmation: 'postback',
    orderSource: null,
    target: 'https://magnum.kz/products/11207?city=almaty',
  },
  {
    shop: 'technodom',
    name: 'Technodom',
    hosts: ['technodom.kz', 'www.technodom.kz'],
    confirmation: 'postback',
    orderSource: null,
    target: 'https://www.technodom.kz/p/smartfon-demo-278123',
  },
] as const;

/** Synthetic IINs with valid check digits (kz-domain.md B2); they belong to nobody. */
const PAYEES = [
  {
    regime: 'individual_gph',
    ref: 'aigerim',
    name: 'Demo GPH',
    iin: '990506490007',
    last4: '4242',
  },
  {
    regime: 'self_employed',
    ref: 'daniyar',
    name: 'Demo self-employed',
    iin: '851231390000',
    last4: '1881',
  },
  {
    regime: 'individual_entrepreneur',
    ref: 'madina',
    name: 'Demo entrepreneur',
    iin: '990506390106',
    last4: '5100',
  },
  {
    regime: 'demo_flat_10',
    ref: 'planexample',
    name: 'Demo flat 10 %',
    iin: '990506390000',
    last4: '0005',
  },
] as const;

type Payee = {
  readonly regime: string;
  readonly ref: string;
  readonly name: string;
  readonly iin: string;
  readonly last4: string;
};

const COMMISSION_BPS = 1000;
const PLATFORM_FEE_BPS = 2000;
const CLICK_WINDOW_SECONDS = 30 * 86_400;
const STATUS_VALID_MS = 365 * 86_400_000;
/** Well before any demo click: terms and statuses are already in force at the first one. */
const SINCE = new Date('2026-01-01T00:00:00+05:00');

const idMaker =
  (options: SeedOptions) =>
  (kind: IdKind, label: string): string =>
    idFromBytes(kind, options.derive(`${kind}:${label}`).subarray(0, 16));

/**
 * One more influencer, with links to every programme: somebody who was paid nothing yet this month. The IIN
 * is a label, not a number of anybody.
 */
export function addDemoInfluencer(
  pool: Pool,
  options: SeedOptions,
  programmes: readonly DemoProgramme[],
  person: { readonly ref: string; readonly regime: string },
): Promise<DemoInfluencer> {
  const payee: Payee = {
    ...person,
    name: `Demo ${person.ref}`,
    iin: `demo ${person.ref}`,
    last4: '4242',
  };
  return inTransaction(pool, (sql) =>
    seedInfluencer(sql, options, idMaker(options), programmes, payee),
  );
}

export async function seedDemo(pool: Pool, options: SeedOptions): Promise<DemoData> {
  const id = idMaker(options);
  const brand = { id: id('brand', 'demo'), name: 'Demo shops' };
  return inTransaction(pool, async (sql) => {
    await catalogue.insertBrand(sql, brand);
    const programmes: DemoProgramme[] = [];
    for (const shop of SHOPS)
      programmes.push(
        await seedProgramme(sql, options, id('programme', shop.shop), brand.id, shop),
      );
    await seedCatalogue(sql, id, programmes);
    const influencers: DemoInfluencer[] = [];
    for (const payee of PAYEES)
      influencers.push(await seedInfluencer(sql, options, id, programmes, payee));
    const key = async (role: Role, subjectId: string, label: string): Promise<string> =>
      seedKey(sql, options, id('apiKey', label), role, subjectId, label);
    const named = influencers.map(({ id: influencerId }, index) => ({
      id: influencerId,
      name: PAYEES[index]!.name,
    }));
    return {
      brand,
      programmes,
      influencers,
      apiKeys: {
        brand: await key('brand_manager', brand.id, 'demo brand'),
        opsMaker: await key('ops_maker', 'ops-maker', 'demo ops maker'),
        opsChecker: await key('ops_checker', 'ops-checker', 'demo ops checker'),
      },
      logins: await seedLogins(sql, options, brand.id, named),
    };
  });
}

async function seedProgramme(
  sql: Sql,
  options: SeedOptions,
  id: string,
  brandId: string,
  shop: (typeof SHOPS)[number],
): Promise<DemoProgramme> {
  const webhookSecret = `whsec_${options.derive(`secret:${shop.shop}`).toString('base64')}`;
  await catalogue.insertProgramme(sql, {
    id,
    brandId,
    name: shop.name,
    hosts: shop.hosts,
    clickParam: 'sub1',
    confirmation: shop.confirmation,
    orderSource: shop.orderSource,
    statusMap: { delivered: 'approved', canceled: 'rejected' },
  });
  await catalogue.insertTerms(sql, {
    programmeId: id,
    validFrom: SINCE,
    commissionBps: COMMISSION_BPS,
    platformFeeBps: PLATFORM_FEE_BPS,
    holdSeconds: options.holdSeconds,
    clickWindowSeconds: CLICK_WINDOW_SECONDS,
  });
  await catalogue.insertSecret(sql, id, options.sealer.seal(Buffer.from(webhookSecret), id));
  const { name, hosts, confirmation } = shop;
  return { id, shop: shop.shop, name, hosts, clickParam: 'sub1', confirmation, webhookSecret };
}

async function seedInfluencer(
  sql: Sql,
  options: SeedOptions,
  id: (kind: IdKind, label: string) => string,
  programmes: readonly DemoProgramme[],
  payee: Payee,
): Promise<DemoInfluencer> {
  const influencerId = id('influencer', payee.ref);
  await catalogue.insertInfluencer(sql, {
    id: influencerId,
    ref: payee.ref,
    displayName: payee.name,
    iinSealed: options.sealer.seal(Buffer.from(payee.iin), influencerId),
    iinIndex: options.sealer.blindIndex(payee.iin, 'influencers.iin'),
    instrumentToken: `tok_card_${options.derive(`token:${payee.ref}`).toString('hex').slice(0, 24)}`,
    instrumentLast4: payee.last4,
  });
  await catalogue.insertPayeeStatus(sql, {
    influencerId,
    regime: payee.regime,
    deductionApplies: false,
    evidence: 'demo',
    evidenceRef: 'seeded for the demo',
    validFrom: SINCE,
    expiresAt: new Date(Date.now() + STATUS_VALID_MS),
  });
  const links = [];
  for (const programme of programmes) {
    const target = SHOPS.find((shop) => shop.shop === programme.shop)!.target;
    const label = `${payee.ref}:${programme.shop}`;
    const code = options.derive(`code:${label}`).toString('hex').slice(0, 8);
    await catalogue.insertLink(sql, {
      id: id('link', label),
      code,
      programmeId: programme.id,
      influencerId,
      targetUrl: target,
    });
    await catalogue.insertLink(sql, {
      id: id('link', `${label}:open`),
      code: null,
      programmeId: programme.id,
      influencerId,
      targetUrl: null,
    });
    links.push({ programmeId: programme.id, code, target });
  }
  const apiKey = await seedKey(
    sql,
    options,
    id('apiKey', payee.ref),
    'influencer',
    influencerId,
    `demo ${payee.ref}`,
  );
  return {
    id: influencerId,
    ref: payee.ref,
    regime: payee.regime,
    linkCode: links[0]!.code,
    links,
    apiKey,
  };
}

async function seedKey(
  sql: Sql,
  options: SeedOptions,
  id: string,
  role: Role,
  subjectId: string,
  label: string,
): Promise<string> {
  const plain = `gk_demo_${options.derive(`api key:${label}`).toString('base64url')}`;
  await catalogue.insertApiKey(sql, {
    id,
    hash: keyHash(plain),
    role,
    grants: GRANTS,
    subjectId,
    label,
    hint: plain.slice(0, -35),
    createdBy: null,
  });
  return plain;
}
