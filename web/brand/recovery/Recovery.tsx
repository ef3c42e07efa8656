import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

import { SignInFrame } from '../signIn/SignInFrame';
import { AskStep } from './AskStep';
import { ProveSteps } from './ProveSteps';
import { StepHeading } from './StepHeading';
import { StopStep } from './StopStep';

function Ask(): ReactNode {
  const { t } = useTranslation('recovery');
  return (
    <Stack gap="xl">
      <StepHeading title={t('ask.title')} text={t('ask.text')} />
      <AskStep />
      <Text size="sm">
        <Anchor component={Link} to="/sign-in" inherit underline="always">
          {t('ask.back')}
        </Anchor>
      </Text>
    </Stack>
  );
}

/** Cannot get in: asks for a link, follows it, or stops what somebody else began. Tokens stand behind `#`, in no log. */
export default function Recovery(): ReactNode {
  const given = new URLSearchParams(useLocation().hash.slice(1));
  const [token, stop] = [given.get('token'), given.get('stop')];
  return (
    <SignInFrame>
      {token ? <ProveSteps token={token} /> : stop ? <StopStep token={stop} /> : <Ask />}
    </SignInFrame>
  );
}
