import { Alert, Button, Card, Checkbox, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconKey } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { CopyField } from '../../../ui/components/CopyField';
import { DateTime } from '../../../ui/components/DateTime';
import { ProblemAlert } from '../../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../../ui/components/Skeletons';
import { StateBadge } from '../../../ui/components/StateBadge';
import { useMay } from '../../../ui/session/session';
import type { Secret } from '../types';

const MOST_LIVE = 2;

function useSecrets(programmeId: string) {
  const queries = useQueryClient();
  const path = { programmeId };
  const list = useQuery({
    queryKey: ['secrets', programmeId],
    queryFn: () => call(api.GET('/v1/programmes/{programmeId}/secrets', { params: { path } })),
  });
  const changed = (): void => {
    void queries.invalidateQueries({ queryKey: ['secrets', programmeId] });
    void queries.invalidateQueries({ queryKey: ['programmes'] });
  };
  const rotate = useMutation({
    mutationFn: () => call(api.POST('/v1/programmes/{programmeId}/secrets', { params: { path } })),
    onSuccess: changed,
  });
  const retire = useMutation({
    mutationFn: (secretId: string) =>
      call(
        api.DELETE('/v1/programmes/{programmeId}/secrets/{secretId}', {
          params: { path: { ...path, secretId } },
        }),
      ),
    onSuccess: changed,
  });
  return { list, rotate, retire };
}

/** The new secret, this once: closing needs a yes that it has been put away. */
function Shown({ secret, onClose }: { secret: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation('integration');
  const [kept, setKept] = useState(false);
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('secret.new_title')}
    >
      <Stack>
        <Text size="sm">{t('secret.new_text')}</Text>
        <CopyField monospace label={t('secret.value')} value={secret} />
        <Checkbox
          label={t('secret.kept')}
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!kept} onClick={onClose}>
            {t('secret.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Row(props: { secret: Secret; onRetire: (() => void) | null }): ReactNode {
  const { t } = useTranslation('integration');
  const { secret, onRetire } = props;
  return (
    <Group justify="space-between" gap="xs" role="listitem">
      <Stack gap={2}>
        <Group gap="xs">
          <Text ff="monospace" size="sm">
            …{secret.hint}
          </Text>
          <StateBadge
            tone={secret.retired_at ? 'plain' : 'good'}
            label={secret.retired_at ? t('secret.retired') : t('secret.live')}
          />
        </Group>
        <Text size="xs" c="dimmed">
          {t('secret.made')} <DateTime at={secret.created_at} form="date" />
          {' · '}
          {secret.last_used_at ? (
            <>
              {t('secret.used')} <DateTime at={secret.last_used_at} form="relative" />
            </>
          ) : (
            t('secret.unused')
          )}
        </Text>
      </Stack>
      {onRetire ? (
        <Button
          variant="subtle"
          color="red"
          aria-label={t('secret.retire_what', { hint: secret.hint })}
          onClick={onRetire}
        >
          {t('secret.retire')}
        </Button>
      ) : null}
    </Group>
  );
}

/** What the shop signs postbacks with: two may live at once, so that a change needs no pause. */
export function SecretsCard({ programmeId }: { programmeId: string }): ReactNode {
  const { t } = useTranslation('integration');
  const mayRotate = useMay('rotateProgrammeSecret');
  const mayRetire = useMay('retireProgrammeSecret');
  const { list, rotate, retire } = useSecrets(programmeId);
  const [leaving, setLeaving] = useState<Secret | null>(null);
  const secrets = list.data?.items;
  const live = secrets?.filter(({ retired_at }) => retired_at === null).length ?? 0;
  const full = live >= MOST_LIVE;
  return (
    <Card>
      <Stack>
        <Group justify="space-between" gap="xs">
          <Title order={2} size="h3">
            {t('secret.title')}
          </Title>
          {mayRotate && secrets ? (
            <Button
              variant={live === 0 ? 'filled' : 'light'}
              leftSection={<IconKey size={18} aria-hidden />}
              loading={rotate.isPending}
              disabled={full}
              onClick={() => rotate.mutate()}
            >
              {live === 0 ? t('secret.first') : t('secret.rotate')}
            </Button>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {t('secret.text')}
        </Text>
        {full ? <Alert color="gray">{t('secret.full')}</Alert> : null}
        <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
        <ProblemAlert error={rotate.error} />
        {secrets || list.error ? null : <ListSkeleton rows={1} height={48} />}
        {secrets && secrets.length > 0 ? (
          <Stack gap="sm" role="list">
            {secrets.map((secret) => (
              <Row
                key={secret.id}
                secret={secret}
                onRetire={
                  mayRetire && secret.retired_at === null && live > 1
                    ? () => setLeaving(secret)
                    : null
                }
              />
            ))}
          </Stack>
        ) : null}
      </Stack>
      {rotate.data ? <Shown secret={rotate.data.secret} onClose={rotate.reset} /> : null}
      {leaving ? (
        <ConfirmDialog
          opened
          danger
          title={t('secret.retire_title', { hint: leaving.hint })}
          confirmLabel={t('secret.retire_confirm')}
          pending={retire.isPending}
          error={retire.error}
          onClose={() => setLeaving(null)}
          onConfirm={() => retire.mutate(leaving.id, { onSuccess: () => setLeaving(null) })}
        >
          <Text size="sm">{t('secret.retire_text')}</Text>
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
