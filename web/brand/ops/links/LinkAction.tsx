import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { LinkStanding } from '../../../ui/components/LinkStandingBadge';
import { useMay } from '../../../ui/session/session';
import { RestoreDialog, TakeDownDialog } from './LinkDialogs';

type ActedOn = { readonly id: string; readonly title: string; readonly standing: LinkStanding };

/** Takes a link down from where it stands, or lets it work again; nothing for one that its owner deleted. */
export function LinkAction({
  link,
  compact = false,
}: {
  link: ActedOn;
  compact?: boolean;
}): ReactNode {
  const { t } = useTranslation('opsReports');
  const down = link.standing === 'taken_down';
  const may = useMay(down ? 'restoreLink' : 'takeDownLink');
  const [asked, setAsked] = useState(false);
  if (!may || link.standing === 'deleted') return null;
  const Dialog = down ? RestoreDialog : TakeDownDialog;
  return (
    <>
      <Button
        variant={down ? 'default' : 'light'}
        {...(down ? {} : { color: 'red' })}
        {...(compact ? { size: 'xs' } : {})}
        onClick={() => setAsked(true)}
      >
        {down ? t('restore.action') : t('take_down.action')}
      </Button>
      {asked ? (
        <Dialog linkId={link.id} title={link.title} onClose={() => setAsked(false)} />
      ) : null}
    </>
  );
}
