import { Anchor, Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Link as SharedLink } from '../data/types';
import { LinkRow } from '../links/LinkRow';
import { Rows } from '../list/Rows';

export type BestLinksProps = { readonly title: string; readonly links: readonly SharedLink[] };

export function BestLinks({ title, links }: BestLinksProps): ReactNode {
  const { t } = useTranslation('home');
  return (
    <Stack gap="xs" component="section">
      <Group justify="space-between">
        <Title order={2} size="h3">
          {title}
        </Title>
        <Anchor component={Link} to="/links" size="sm" py={12}>
          {t('all_links')}
        </Anchor>
      </Group>
      <Rows label={title}>
        {links.map((link) => (
          <LinkRow key={link.id} link={link} />
        ))}
      </Rows>
    </Stack>
  );
}
