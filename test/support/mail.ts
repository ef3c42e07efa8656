/** A mail as every outbox of tests shows it: the harness's own, and the sandbox's (`/control/mail/outbox`). */
export type SeenMail = { readonly to: string; readonly subject: string; readonly text: string };

const PATIENCE_MS = 30_000;

/** The newest mail to an address that `fits`, when it has come. */
export async function mailTo(
  outbox: () => Promise<readonly SeenMail[]> | readonly SeenMail[],
  to: string,
  fits: (mail: SeenMail) => boolean = () => true,
): Promise<SeenMail> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const found = (await outbox()).filter((mail) => mail.to === to.toLowerCase() && fits(mail));
    const newest = found.at(-1);
    if (newest) return newest;
    if (Date.now() > end) throw new Error(`no such mail to ${to}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Oldest first, as mailTo reads it. */
export const sandboxOutbox = (sandboxUrl: string) => async (): Promise<readonly SeenMail[]> => {
  const response = await fetch(`${sandboxUrl}/control/mail/outbox?limit=1000`);
  const { messages } = (await response.json()) as { messages: SeenMail[] };
  return messages.reverse();
};

/** The link of a mail that holds a token: of an invitation, a recovery, or a stop. */
export const linkIn = ({ text }: SeenMail): string =>
  /https?:\/\/\S+#(?:token|stop)=\S+/.exec(text)?.[0] ?? 'no link';

export const tokenIn = (mail: SeenMail): string =>
  linkIn(mail).replace(/^[^#]*#(?:token|stop)=/, '');
