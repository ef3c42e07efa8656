import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** Refusals the person can end by giving what is missing. */
const MISSING = /payee|iin|tax|instrument/;

/** The way out of a refusal that is about the payee; nothing for the others. */
export function CompleteProfile({ code }: { code: string }): ReactNode {
  const { t } = useTranslation('wallet');
  if (!MISSING.test(code)) return null;
  return (
    <Button component={Link} to="/start" variant="default" fullWidth>
      {t('complete_profile')}
    </Button>
  );
}
