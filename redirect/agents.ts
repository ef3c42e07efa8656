import { readAgent, type Agent, type InApp } from '../domain/clicks/agent';
import { appOf, appOfPackage, appOfReferrer } from '../domain/clicks/app';
import { quote } from './clickLine';
import { RecentMap } from './recentMap';

/** `number` names the text of a user agent while it is known; a forgotten one gets another when it comes again. */
export type KnownAgent = {
  readonly number: number;
  readonly agent: Agent;
  /** The text as it stands in a line of the log. */
  readonly quoted: string;
};

const MAX_KNOWN = 10_000;

/** Parsing a user agent costs a redirect and a half, and a million phones share some thousand texts. */
export function createAgents(): (userAgent: string) => KnownAgent {
  const known = new RecentMap<string, KnownAgent>(MAX_KNOWN);
  let last = 0;
  return (userAgent) => {
    let found = known.get(userAgent);
    if (found === undefined) {
      last += 1;
      found = {
        number: last,
        agent: readAgent(userAgent),
        quoted: quote(userAgent),
      };
      known.set(userAgent, found);
    }
    return found;
  };
}

type CameBy = { readonly referrer: string; readonly requestedWith: string };
/** What the other headers of a request tell where its agent names no app. */
export type ToldApp = {
  readonly app: InApp | null;
  /** By X-Requested-With; it goes into the line, which does not keep that header. */
  readonly byPackage: InApp | null;
};
const NOTHING_TOLD: ToldApp = { app: null, byPackage: null };

const MAX_REFERRERS = 10_000;
const MAX_REFERRER_LENGTH = 100;

/** Telegram's Android browser says it is Chrome. Only asked for where it matters: `opensApp`, or there is a package. */
export function createAppTeller(): (agent: Agent, cameBy: CameBy, opensApp: boolean) => ToldApp {
  const referrers = new RecentMap<string, ToldApp>(MAX_REFERRERS);
  const byReferrer = (referrer: string): ToldApp => {
    const found = referrers.get(referrer);
    if (found) return found;
    const told = { app: appOfReferrer(referrer), byPackage: null };
    if (referrer.length <= MAX_REFERRER_LENGTH) referrers.set(referrer, told);
    return told;
  };
  return (agent, { referrer, requestedWith }, opensApp) => {
    if (requestedWith === '' && (referrer === '' || !opensApp)) return NOTHING_TOLD;
    if (agent.os !== 'android' || agent.notPerson !== null) return NOTHING_TOLD;
    const told = byReferrer(referrer);
    const byPackage = appOfPackage(requestedWith);
    return byPackage === null ? told : { app: appOf(null, byPackage, told.app), byPackage };
  };
}
