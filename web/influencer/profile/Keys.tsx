import { Anchor, Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconKey } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { EmptyState } from '../../ui/components/EmptyState';
import { LoadMore } from '../../ui/components/LoadMore';
import { PageHeader } from '../../ui/components/PageHeader';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { apiKeysRead } from '../data/reads';
import { useInfluencerId } from '../data/useInfluencerId';
import { BackLink } from '../list/BackLink';
import { Rows } from '../list/Rows';
import { Loaded } from '../loading/Loaded';
import { KeyRow } from './KeyRow';
import { NewKeyForm } from './NewKeyForm';
import { ShownKey } from './ShownKey';

/** Rotate or revoke: the list is read again, and a new key is shown this once. */
function useKeyChange(onKey: (key: string) => void) {
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ keyId, act }: { keyId: string; act: 'rotate' | 'revoke' }) => {
      const params = { path: { influencerId, keyId } };
      if (act === 'revoke') {
        await call(api.DELETE('/v1/influencers/{influencerId}/api-keys/{keyId}', { params }));
        return null;
      }
      const made = await call(
        api.POST('/v1/influencers/{influencerId}/api-keys/{keyId}/rotate', { params }),
      );
      return made.key;
    },
    onSuccess: (key) => {
      if (key) onKey(key);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['api-keys', influencerId] }),
  });
}

export default function Keys(): ReactNode {
  const { t } = useTranslation('profile');
  const [making, { open, close }] = useDisclosure(false);
  const [shown, setShown] = useState<string | null>(null);
  const change = useKeyChange(setShown);
  const query = useInfiniteQuery(apiKeysRead(useInfluencerId()));
  const keys = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader
        above={<BackLink to="/profile">{t('title')}</BackLink>}
        title={t('keys.title')}
        text={
          <Text size="sm">
            {t('keys.text')}{' '}
            <Anchor href="/docs" inherit underline="always" display="inline-block" py={12}>
              {t('keys.docs')}
            </Anchor>
          </Text>
        }
      />
      <Stack>
        {shown ? <ShownKey value={shown} onDone={() => setShown(null)} /> : null}
        {making ? (
          <NewKeyForm
            onCancel={close}
            onMade={(key) => {
              close();
              setShown(key);
            }}
          />
        ) : (
          <Button variant="light" onClick={open}>
            {t('keys.new')}
          </Button>
        )}
        <ProblemAlert error={change.error} />
        <Loaded query={{ ...query, data: keys }} skeleton={<ListSkeleton rows={2} height={96} />}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState icon={IconKey} title={t('keys.none')} text={t('keys.none_text')} />
            ) : (
              <Rows label={t('keys.title')}>
                {items.map((key) => (
                  <KeyRow
                    key={key.id}
                    apiKey={key}
                    pending={change.isPending && change.variables.keyId === key.id}
                    onAct={(act) => change.mutate({ keyId: key.id, act })}
                  />
                ))}
              </Rows>
            )
          }
        </Loaded>
        <LoadMore {...query} />
      </Stack>
    </>
  );
}
