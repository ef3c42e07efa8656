import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import classes from './CodeBlock.module.css';

/** Code to read and take away; scrolls sideways instead of breaking lines. */
export function CodeBlock({ label, code }: { label: string; code: string }): ReactNode {
  const { t } = useTranslation('ui');
  return (
    <div className={classes.box}>
      <CopyButton value={code} timeout={2500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('copied') : t('copy')}>
            <ActionIcon
              className={classes.copy}
              variant="default"
              aria-label={copied ? t('copied') : t('copy_what', { what: label })}
              onClick={copy}
            >
              {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      <pre className={classes.code} tabIndex={0} role="region" aria-label={label} translate="no">
        <code>{code}</code>
      </pre>
    </div>
  );
}
