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
  /** The app that a header named where the text names none; it goes into the line too. */
  readonly appByPackage: InApp | null;
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
        appByPackage: null,
      };
      known.set(userAgent, found);
    }
    return found;
  };
}

type CameBy = { readonly referrer: string; readonly requestedWith: string };

const MAX_REFERRERS = 10_000;
const MAX_REFERRER_LENGTH = 100;

/** An agent with the app that the request's other headers tell: Telegram's Android browser says it is Chrome. */
export function createAppTeller(): (known: KnownAgent, cameBy: CameBy) => KnownAgent {
  const referrers = new RecentMap<string, { readonly app: InApp | null }>(MAX_REFERRERS);
  const byReferrer = (referrer: string): InApp | null => {
    const found = referrers.get(referrer);
    if (found) return found.app;
    const app = appOfReferrer(referrer);
    if (referrer.length <= MAX_REFERRER_LENGTH) referrers.set(referrer, { app });
    return app;
  };
  return (known, { referrer, requestedWith }) => {
    if (referrer === '' && requestedWith === '') return known;
    const { agent } = known;
    if (agent.notPerson !== null) return known;
    const appByPackage = agent.os === 'android' ? appOfPackage(requestedWith) : null;
    const app = appOf(agent.app, appByPackage, byReferrer(referrer));
    return app === agent.app && appByPackage === null
      ? known
      : { ...known, agent: { ...agent, app }, appByPackage };
  };
}
