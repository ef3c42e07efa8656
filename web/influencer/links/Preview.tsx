import { Card, Group, Text } from '@mantine/core';
import { IconBrowser, IconDeviceMobile } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Link } from '../data/types';
import classes from './Preview.module.css';
import { isOwnPicture } from './ownPicture';

/** What somebody sees of the link in a chat before tapping it, and what a tap opens. */
export function Preview({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const { title, host, image_url, opens } = link.preview;
  const Sign = opens === 'app' ? IconDeviceMobile : IconBrowser;
  return (
    <Card component="section" aria-label={t('preview.title')}>
      <Text size="sm" c="dimmed" mb="xs">
        {t('preview.title')}
      </Text>
      <div className={classes.shown}>
        <div className={classes.picture} aria-hidden>
          {image_url && isOwnPicture(image_url) ? (
            <img src={image_url} alt="" width={64} height={64} />
          ) : (
            title.charAt(0).toUpperCase()
          )}
        </div>
        <div className={classes.words}>
          <Text size="sm" fw={560} lineClamp={2}>
            {title}
          </Text>
          <Text size="xs" c="dimmed" className={classes.host ?? ''}>
            {host}
          </Text>
        </div>
      </div>
      <Group gap={6} wrap="nowrap" mt="xs" c="dimmed" align="flex-start">
        <Sign size={18} aria-hidden className={classes.sign ?? ''} />
        <Text size="sm">{t(`preview.${opens}`)}</Text>
      </Group>
    </Card>
  );
}
