import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useLetterWords } from '../deadLetters/useLetterWords';
import type { Schema } from '../types';

/** The API's note is made of codes; each kind's in words, anything else as it is. */
function useNoteWords(): (item: Schema<'StuckItem'>, note: string) => string {
  const { t, i18n } = useTranslation(['opsStuck', 'ops', 'opsPayoutReviews']);
  const letter = useLetterWords();
  return ({ kind }, note) => {
    const [first = '', second = '', ...rest] = note.split(/,? /);
    switch (kind) {
      case 'payout_review':
        return i18n.exists(`note.way_out_${second}`, { ns: 'opsStuck' })
          ? t(`note.way_out_${second}`, { what: t(`way.${first}`, { ns: 'opsPayoutReviews' }) })
          : note;
      case 'run_waiting':
      case 'run_short_of_funds':
        return i18n.exists(`batch_state.${note}`, { ns: 'ops' })
          ? t(`batch_state.${note}`, { ns: 'ops' })
          : note;
      case 'outbox_failing':
        return t('note.letter_tries', {
          what: letter.topic(first),
          id: second,
          count: Number(rest[0]),
        });
      case 'outbox_dead':
        return t('note.letter_why', {
          what: letter.topic(first),
          id: second,
          why: letter.why(rest[0] ?? ''),
        });
      default:
        return note;
    }
  };
}

export function StuckNote({ item }: { item: Schema<'StuckItem'> }): ReactNode {
  const words = useNoteWords();
  return item.note ? <Text size="sm">{words(item, item.note)}</Text> : null;
}
