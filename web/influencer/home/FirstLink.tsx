import { Button, Card, List, Stack, Text, Title } from '@mantine/core';
import { IconLinkPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** Instead of empty lists: how it works and the one thing to do. */
export function FirstLink(): ReactNode {
  const { t } = useTranslation('home');
  return (
    <Card component="section">
      <Stack>
        <div>
          <Title order={2}>{t('first.title')}</Title>
          <Text c="dimmed" size="sm" mt={4}>
            {t('first.text')}
          </Text>
        </div>
        <List type="ordered" spacing="xs" size="sm" withPadding={false}>
          <List.Item>{t('first.step_find')}</List.Item>
          <List.Item>{t('first.step_share')}</List.Item>
          <List.Item>{t('first.step_earn')}</List.Item>
        </List>
        <Button
          component={Link}
          to="/links/new"
          fullWidth
          leftSection={<IconLinkPlus size={20} aria-hidden />}
        >
          {t('make_link')}
        </Button>
      </Stack>
    </Card>
  );
}
