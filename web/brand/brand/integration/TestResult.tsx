import { Alert, Anchor, Card, Stack, Text, Title } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { ReasonText, type TextInThree } from '../../../ui/components/ReasonText';
import { StateBadge } from '../../../ui/components/StateBadge';
import { Timeline, type TimelineStep } from '../../../ui/components/Timeline';
import type { TestPostback } from '../types';
import { CodeBlock } from './CodeBlock';
import { useFix } from './PostbackDetail';
import { VERDICT_TONE } from './postbacks';

const asJson = (value: unknown): string => JSON.stringify(value, null, 2);

/** The signed bytes, indented only where that does not hide what they are. */
function readable(body: string): string {
  try {
    return asJson(JSON.parse(body));
  } catch {
    return body;
  }
}

function requestText({ request }: TestPostback): string {
  const headers = request.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return `${request.method} ${request.url}\n${headers}\n\n${readable(request.body)}`;
}

const isText = (value: unknown): value is TextInThree =>
  typeof value === 'object' && value !== null && 'ru' in value && 'kk' in value && 'en' in value;

/** Text and code of the answer, whether it is a PostbackAnswer (`reason`) or a Problem (`text`). */
function wordsOf(body: Record<string, unknown>): { text: TextInThree | null; code: string | null } {
  const text = isText(body['text']) ? body['text'] : isText(body['reason']) ? body['reason'] : null;
  return { text, code: typeof body['code'] === 'string' ? body['code'] : null };
}

function What({ result }: { result: TestPostback }): ReactNode {
  const { t } = useTranslation('integration');
  const { text, code } = wordsOf(result.response.body);
  const fix = useFix();
  const hint = code === null ? null : fix(code);
  return (
    <Stack gap="xs">
      <Text size="sm">{t(`verdict_text.${result.verdict}`)}</Text>
      {text ? <ReasonText size="sm" fw={560} reason={text} /> : null}
      {hint ? (
        <Alert color="tide" icon={<IconTool aria-hidden />} title={t('fix_title')}>
          {hint}
        </Alert>
      ) : null}
      <Text size="sm" c="dimmed">
        {result.money ? t('console.money') : t('console.no_money')}
      </Text>
      {result.conversion_id ? (
        <Anchor component={Link} to={`/brand/orders?order=${result.conversion_id}`} size="sm">
          {t('log.open_order')}
        </Anchor>
      ) : null}
    </Stack>
  );
}

/** What was sent, what came back, what it means; read from top to bottom. */
export function TestResult({ result }: { result: TestPostback }): ReactNode {
  const { t } = useTranslation('integration');
  const { response, verdict } = result;
  const refused = verdict === 'refused';
  const steps: TimelineStep[] = [
    {
      key: 'request',
      title: t('console.step_request'),
      state: 'done',
      text: <CodeBlock label={t('console.step_request')} code={requestText(result)} />,
    },
    {
      key: 'response',
      title: t('console.step_response', { status: response.status, ms: response.took_ms }),
      state: refused ? 'refused' : 'done',
      text: <CodeBlock label={t('console.response')} code={asJson(response.body)} />,
    },
    {
      key: 'what',
      title: <StateBadge tone={VERDICT_TONE[verdict]} label={t(`verdict.${verdict}`)} />,
      state: refused ? 'refused' : verdict === 'unmatched' ? 'attention' : 'done',
      text: <What result={result} />,
    },
  ];
  return (
    <Card role="status">
      <Stack>
        <Title order={2} size="h3">
          {t('console.result')}
        </Title>
        <Timeline steps={steps} />
        <Text size="sm" fw={560}>
          {t('console.curl')}
        </Text>
        <CodeBlock label={t('console.curl')} code={result.curl} />
      </Stack>
    </Card>
  );
}
