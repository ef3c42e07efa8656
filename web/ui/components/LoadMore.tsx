import { Button, Center, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useReached } from './useReached';

export type LoadMoreProps = {
  /** `useInfiniteQuery`'s own names, so the query can be spread in. */
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
  readonly isFetchNextPageError?: boolean;
  /** Loads by itself when it comes into view; off for long tables. */
  readonly automatic?: boolean;
};

/** The end of a list with `next_cursor`: the next page on tap, or by itself when scrolled to. */
export function LoadMore(props: LoadMoreProps): ReactNode {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, automatic = false } = props;
  const failed = props.isFetchNextPageError ?? false;
  const { t } = useTranslation('ui');
  const ref = useReached(() => {
    if (automatic && hasNextPage && !isFetchingNextPage && !failed) void fetchNextPage();
  }, `${hasNextPage} ${isFetchingNextPage}`);
  if (!hasNextPage) return null;
  return (
    <Center py="md" ref={ref}>
      <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {failed ? <Text inherit>{t('retry')}</Text> : t('load_more')}
      </Button>
    </Center>
  );
}
