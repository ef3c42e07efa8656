import { spelt } from './looks';

/**
 * Names nobody may choose, in any look ("d3sk", "de-sk", "logiin"): a short address stands on the same host as the apps
 * or reads as if it did.
 */

/** First parts of paths that one of our processes serves (test/pure/reserved.test.ts finds them), or would by custom. */
const PATHS = `
  v1 v2 api app apps desk docs health click wooppay wildberries sms mail control dials clock openapi
  brand brands ops influencer influencers auth accounts account programmes postback postbacks callback callbacks receipts
  report reports ready live livez healthz metrics status ping assets static public icons images fonts media files
  favicon robots sitemap manifest sw worker service-worker workbox index well-known acme-challenge apple-touch-icon
  browserconfig security humans ads app-ads assetlinks apple-app-site-association landing open preview test tests staging
  link links short go redirect qr pixel webhook webhooks graphql socket websocket rest rpc cgi-bin phpmyadmin wp-admin
  wp-login wp-content wp-includes wordpress xmlrpc server-status actuator swagger console dashboard temporal null undefined
`;

/** What asks people for trust, money or secrets in our name. Whole names only: "help-me-choose" is somebody's own. */
const ACCOUNTS = `
  login logout signin sign-in signup sign-up signout sign-out register registration password passwords passwd reset
  recovery restore verify verification confirm confirmation otp code codes token session profile settings
  pay paid payment payments payout payouts wallet balance money cash withdraw withdrawal refund refunds bank banking card
  cards iban invoice invoices billing checkout tax taxes bonus prize gift gifts win winner
  help helpdesk contact contacts about terms rules policy legal privacy abuse complaint complaints oferta
`;

/** What speaks for us wherever it stands among the words of a name: "gamma-bonus", "support-kz". */
const OURS =
  'gamma admin administrator moderator support official root sysadmin postmaster webmaster';

const anyOf = (words: string): string =>
  words
    .trim()
    .split(/\s+/)
    .map((word) => spelt(word.replaceAll('-', '')))
    .join('|');
const WHOLE = new RegExp(`^(?:${anyOf(PATHS)}|${anyOf(ACCOUNTS)}|${anyOf(OURS)})$`);
const ANY_WORD = new RegExp(`^(?:${anyOf(OURS)})$`);
const BRAND_AT_AN_END = new RegExp(`^${spelt('gamma')}|${spelt('gamma')}$`);

/** For a name in lower case. */
export function isReserved(slug: string): boolean {
  const words = slug.split(/[^a-z0-9]+/).filter(Boolean);
  const joined = words.join('');
  return (
    WHOLE.test(joined) || BRAND_AT_AN_END.test(joined) || words.some((word) => ANY_WORD.test(word))
  );
}
