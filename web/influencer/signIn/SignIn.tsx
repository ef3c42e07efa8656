import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';

import { BrandMark } from '../../ui/components/BrandMark';
import { CenteredPage } from '../../ui/components/CenteredPage';
import { LanguageMenu } from '../../ui/components/LanguageMenu';
import { ThemeMenu } from '../../ui/components/ThemeMenu';
import { nextPath } from '../../ui/session/nextPath';
import { useSession } from '../../ui/session/session';
import { CodeStep } from './CodeStep';
import { PhoneStep } from './PhoneStep';

/** Phone → code → in. Signing up is the same: who is new learns it on the next screen. */
export default function SignIn(): ReactNode {
  const { t } = useTranslation('signIn');
  const session = useSession();
  const { search } = useLocation();
  const [digits, setDigits] = useState('');
  const [phone, setPhone] = useState<string | null>(null);
  const [resendAfter_s, setResendAfter_s] = useState(0);
  if (session.state === 'signed_in') return <Navigate to={nextPath(search)} replace />;
  return (
    <CenteredPage
      top={
        <Group justify="space-between">
          <BrandMark />
          <Group gap={0}>
            <LanguageMenu />
            <ThemeMenu compact />
          </Group>
        </Group>
      }
    >
      <Stack gap="xl">
        <Stack gap="xs">
          <Title order={1}>{phone ? t('code.title') : t('phone.title')}</Title>
          <Text c="dimmed">{phone ? t('code.text', { phone }) : t('phone.text')}</Text>
        </Stack>
        {phone ? (
          <CodeStep
            phone={phone}
            resendAfter_s={resendAfter_s}
            onOtherPhone={() => setPhone(null)}
          />
        ) : (
          <PhoneStep
            digits={digits}
            onDigits={setDigits}
            onSent={(sentTo, seconds) => {
              setResendAfter_s(seconds);
              setPhone(sentTo);
            }}
          />
        )}
        {phone ? null : (
          <Text size="sm" c="dimmed">
            {t('desk.question')}{' '}
            <Anchor href="/desk/" inherit underline="always">
              {t('desk.link')}
            </Anchor>
          </Text>
        )}
      </Stack>
    </CenteredPage>
  );
}
