import { normaliseHost, parseTarget } from '../../domain/links/target';
import { err, ok, type Result } from '../../domain/result';
import { hostsOfOthers } from '../../store/postgres/brandProgrammes';
import type { Sql } from '../../store/postgres/pool';
import type { Refusal } from '../reply';

/** Letters, digits and inner hyphens (RFC 1123). One label alone is a machine of an inner network, never a shop. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);

/**
 * Exact host names as links are checked against them, each once: the parser that will read the links decides,
 * so nothing gets into the list that a link could never match, and no IP address in any notation.
 */
export function readHosts(texts: readonly string[]): Result<string[], Refusal> {
  const hosts = new Set<string>();
  for (const [i, text] of texts.entries()) {
    const host = normaliseHost(text);
    const target = host === undefined ? undefined : parseTarget(`https://${text}/`);
    if (host === undefined || !target?.ok || target.value.host !== host || !NAME.test(host))
      return err({
        problem: 'host_invalid',
        errors: [{ pointer: `/hosts/${i}`, message: 'is not an exact host name' }],
      });
    hosts.add(host);
  }
  return ok([...hosts]);
}

/** Refused when an active programme of another brand leads to one of the hosts. The caller holds lockHostClaims. */
export async function claimRefusal(
  sql: Sql,
  brandId: string,
  hosts: readonly string[],
): Promise<Refusal | undefined> {
  const taken = await hostsOfOthers(sql, brandId, hosts);
  if (taken.length === 0) return undefined;
  return {
    problem: 'host_claimed',
    errors: taken.map((host) => ({
      pointer: `/hosts/${hosts.indexOf(host)}`,
      message: 'belongs to an active programme of another brand',
    })),
  };
}

/** Thrown inside a transaction so that a refusal undoes what was done before it. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.problem);
  }
}

/** Runs `work`; a Refused it throws becomes the reply. */
export async function orRefusal<T>(work: Promise<T>): Promise<T | Refusal> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.refusal;
    throw thrown;
  }
}
