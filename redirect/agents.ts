import { readAgent, type Agent } from '../domain/clicks/agent';
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
      found = { number: last, agent: readAgent(userAgent), quoted: quote(userAgent) };
      known.set(userAgent, found);
    }
    return found;
  };
}
