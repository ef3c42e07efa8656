/** One look a turn at each subject that anybody follows in this process, however many do; none while nobody does. */
export type SharedPoll<Reader> = {
  /** Returns what to call when the reader has gone. */
  join(subject: string, reader: Reader): () => void;
};

export type SharedPollOptions<Reader> = {
  readonly everyMs: number;
  /** Tells the readers what is new; false when there will be nothing more. */
  readonly look: (subject: string, readers: ReadonlySet<Reader>) => Promise<boolean>;
  readonly onFailure: (thrown: unknown) => void;
};

type Followed<Reader> = { readonly readers: Set<Reader>; timer: NodeJS.Timeout | undefined };

export function createSharedPoll<Reader>({
  everyMs,
  look,
  onFailure,
}: SharedPollOptions<Reader>): SharedPoll<Reader> {
  const followed = new Map<string, Followed<Reader>>();
  const schedule = (subject: string, one: Followed<Reader>): void => {
    one.timer ??= setTimeout(() => {
      void look(subject, one.readers)
        // A look that failed only delays.
        .catch((thrown: unknown) => (onFailure(thrown), true))
        .then((goOn) => {
          one.timer = undefined;
          if (goOn && one.readers.size > 0) schedule(subject, one);
        });
    }, everyMs);
  };
  return {
    join(subject, reader) {
      const one = followed.get(subject) ?? { readers: new Set<Reader>(), timer: undefined };
      followed.set(subject, one);
      one.readers.add(reader);
      schedule(subject, one);
      return () => {
        one.readers.delete(reader);
        if (one.readers.size > 0 || followed.get(subject) !== one) return;
        clearTimeout(one.timer);
        followed.delete(subject);
      };
    },
  };
}
