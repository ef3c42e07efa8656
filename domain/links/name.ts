import { placeTitle } from './share';

/** What a link is called on every page: `title` is empty when nobody named it, `targetUrl` null for a whole shop. */
export type Nameable = {
  readonly title: string;
  readonly targetUrl: string | null;
  readonly programme: string;
};

/** Its own name, or the place it leads to; null for a link to a whole shop that nobody named. */
export function ownLinkName({ title, targetUrl }: Omit<Nameable, 'programme'>): string | null {
  if (title !== '') return title;
  return targetUrl === null ? null : placeTitle(targetUrl, new URL(targetUrl).host);
}

export const linkName = (link: Nameable): string => ownLinkName(link) ?? link.programme;
