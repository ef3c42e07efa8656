import { useTranslation } from 'react-i18next';

export type LetterWords = {
  /** What the message was to tell. */
  readonly topic: (topic: string) => string;
  /** Why it was not taken. */
  readonly why: (code: string) => string;
};

/** A dead letter's codes in words; both lists are open, so a new code is shown as it is. */
export function useLetterWords(): LetterWords {
  const { t, i18n } = useTranslation('opsDeadLetters');
  const words = (group: 'topic' | 'why', code: string): string => {
    // The dots of a topic would lead into nested texts.
    const key = `${group}.${code.replace('.', '_')}`;
    return i18n.exists(key, { ns: 'opsDeadLetters' }) ? t(key) : code;
  };
  return {
    topic: (topic) => words('topic', topic),
    why: (code) => words('why', code),
  };
}
