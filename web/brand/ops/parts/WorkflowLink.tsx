import { Anchor } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import classes from './Link.module.css';

/** To the workflow in the Temporal UI; nothing when there is none or its address is not configured. */
export function WorkflowLink({ url, of }: { url: string | null; of: string }): ReactNode {
  const { t } = useTranslation('ops');
  if (!url) return null;
  return (
    <Anchor
      href={url}
      target="_blank"
      rel="noreferrer"
      size="sm"
      className={classes.link}
      aria-label={t('workflow_of', { what: of })}
    >
      {t('workflow')}
      <IconExternalLink size={16} aria-hidden />
    </Anchor>
  );
}
