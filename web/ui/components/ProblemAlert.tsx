import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiProblem } from '../api/problem';

/** A problem in the viewer's language, looked up by its stable code; null when the person cancelled. */
export function useProblemText(): (error: unknown) => string {
  const { t, i18n } = useTranslation(['problems', 'ui'], { useSuspense: false });
  return (error) => {
    const code = error instanceof ApiProblem ? error.code : 'internal';
    if (i18n.exists(code, { ns: 'problems' })) return t(code, { ns: 'problems' });
    if (i18n.exists(`problem.${code}`, { ns: 'ui' })) return t(`problem.${code}`, { ns: 'ui' });
    return t('problem.unexpected', { ns: 'ui' });
  };
}

export type ProblemAlertProps = {
  /** What was thrown by a call; nothing is shown for null and undefined. */
  readonly error: unknown;
  readonly onRetry?: () => void;
};

/** Says what went wrong and what can be done, with the request id support will ask for. */
export function ProblemAlert({ error, onRetry }: ProblemAlertProps): ReactNode {
  if (error === null || error === undefined) return null;
  return <Shown error={error} {...(onRetry ? { onRetry } : {})} />;
}

/** Apart, so that the texts of problems are fetched when there is one. */
function Shown({ error, onRetry }: ProblemAlertProps): ReactNode {
  const { t } = useTranslation('ui');
  const problemText = useProblemText();
  const problem = error instanceof ApiProblem ? error : null;
  const cancelled = problem?.code === 'step_up_cancelled';
  return (
    <Alert
      role="alert"
      color={cancelled ? 'gray' : 'red'}
      icon={<IconAlertTriangle aria-hidden />}
      title={problemText(error)}
    >
      <Stack gap="xs">
        {problem?.retryAfter ? (
          <Text size="sm">{t('problem.retry_after', { count: problem.retryAfter })}</Text>
        ) : null}
        {problem?.requestId && !cancelled ? (
          <Text size="xs">
            {t('problem.request_id')} <Code fz="xs">{problem.requestId}</Code>
          </Text>
        ) : null}
        {onRetry ? (
          <Group>
            <Button variant="default" size="sm" onClick={onRetry}>
              {t('retry')}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}
