import { Button, Card, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { useInfluencerId } from '../data/useInfluencerId';

const GRANTS = ['read', 'links'] as const;
type Grant = (typeof GRANTS)[number];

export type NewKeyFormProps = {
  readonly onMade: (key: string) => void;
  readonly onCancel: () => void;
};

export function NewKeyForm({ onMade, onCancel }: NewKeyFormProps): ReactNode {
  const { t } = useTranslation('profile');
  const influencerId = useInfluencerId();
  const queries = useQueryClient();
  const [label, setLabel] = useState('');
  const [grants, setGrants] = useState<Grant[]>(['read']);
  const [asked, setAsked] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      call(
        api.POST('/v1/influencers/{influencerId}/api-keys', {
          params: { path: { influencerId } },
          body: { label: label.trim(), grants },
        }),
      ),
    onSuccess: ({ key }) => {
      void queries.invalidateQueries({ queryKey: ['api-keys', influencerId] });
      onMade(key);
    },
  });
  const named = label.trim() !== '' && !/[<>]/.test(label);
  return (
    <Card>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (named && grants.length > 0 && !make.isPending) make.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('keys.label')}
            description={t('keys.label_hint')}
            error={asked && !named ? t('keys.label_missing') : null}
            maxLength={60}
            autoFocus
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Checkbox.Group
            label={t('keys.grants')}
            error={asked && grants.length === 0 ? t('keys.grants_missing') : null}
            value={grants}
            onChange={(chosen) => setGrants(GRANTS.filter((grant) => chosen.includes(grant)))}
          >
            <Stack gap="xs" mt="xs">
              {GRANTS.map((grant) => (
                <Checkbox key={grant} value={grant} label={t(`keys.grant_${grant}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <ProblemAlert error={make.error} />
          <Group grow>
            <Button variant="default" onClick={onCancel}>
              {t('cancel', { ns: 'ui' })}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {t('keys.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
