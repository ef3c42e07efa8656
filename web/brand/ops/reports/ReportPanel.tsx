import { Anchor, Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../../ui/components/DateTime';
import { ReasonText } from '../../../ui/components/ReasonText';
import { LinkStandingBadge } from '../../../ui/components/LinkStandingBadge';
import { LineSkeleton } from '../../../ui/components/Skeletons';
import { formatCount } from '../../../ui/format/money';
import { useMay } from '../../../ui/session/session';
import { DismissDialog, RestoreDialog, TakeDownReportedDialog } from '../links/LinkDialogs';
import { Facts } from '../parts/Facts';
import { QueryBody } from '../parts/QueryBody';
import { useActorName } from '../parts/useActorName';
import { ReportBadge } from './ReportBadge';
import { useLinkClicks, useReport, type Report } from './useReports';

type ReportedLink = NonNullable<Report['link']>;

/** How much the link is used, and how much of it is people. */
function LinkClicks({
  link,
  influencerId,
}: {
  link: ReportedLink;
  influencerId: string;
}): ReactNode {
  const { t } = useTranslation('opsReports');
  const { data } = useLinkClicks(influencerId, link.id);
  const count = (value: number | null | undefined): ReactNode => {
    if (value === undefined) return <LineSkeleton width="4ch" />;
    return value === null ? t('clicks.unknown') : formatCount(value);
  };
  return (
    <section>
      <Title order={3} size="md" mb="xs">
        {t('clicks.title')}
      </Title>
      <Facts
        rows={[
          [t('clicks.counted'), count(data?.total.counted)],
          [t('clicks.unique'), count(data?.total.unique)],
          [t('clicks.not_counted'), count(data?.total.not_counted)],
        ]}
      />
      {(data?.reasons ?? []).map(({ reason, clicks }) => (
        <Group key={reason.code} wrap="nowrap" justify="space-between" gap="sm" mt={4}>
          <ReasonText reason={reason} size="xs" c="dimmed" />
          <Text size="xs" className="gamma-figures">
            {formatCount(clicks)}
          </Text>
        </Group>
      ))}
    </section>
  );
}

/** The address in full and not as a link: where it leads is what is in doubt. */
function LinkFacts({ link }: { link: ReportedLink }): ReactNode {
  const { t } = useTranslation('opsReports');
  return (
    <section>
      <Title order={3} size="md" mb="xs">
        {t('link.title')}
      </Title>
      <Facts
        rows={[
          [t('link.name'), link.title],
          [t('link.code'), link.code],
          [t('link.leads_to'), link.target_url ?? t('link.whole_shop')],
          [t('link.programme'), link.programme],
          [
            t('link.owner'),
            link.influencer ? (
              <Anchor component={Link} to={`/ops/people/${link.influencer.id}`} size="sm">
                {link.influencer.name || link.influencer.id}
              </Anchor>
            ) : null,
          ],
          [t('link.state'), <LinkStandingBadge key="state" standing={link.standing} />],
          [
            t('link.taken_down_at'),
            link.taken_down_at ? <DateTime at={link.taken_down_at} /> : null,
          ],
          [t('link.open_reports'), formatCount(link.open_reports)],
        ]}
      />
    </section>
  );
}

type Asked = 'dismiss' | 'take_down' | 'restore' | null;

/** What the person may still do; a report is decided once, a link may be restored after it. */
function Decisions({ report }: { report: Report }): ReactNode {
  const { t } = useTranslation('opsReports');
  const mayDecide = useMay('decideLinkReport') && report.state === 'open';
  const mayRestore = useMay('restoreLink');
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  const { link } = report;
  const down = link?.standing === 'taken_down';
  return (
    <>
      <Group gap="xs">
        {mayDecide && link && link.state !== 'deleted' ? (
          <Button color="red" onClick={() => setAsked('take_down')}>
            {t('take_down.action')}
          </Button>
        ) : null}
        {mayDecide ? (
          <Button variant="default" onClick={() => setAsked('dismiss')}>
            {t('dismiss.action')}
          </Button>
        ) : null}
        {mayRestore && down ? (
          <Button variant="default" onClick={() => setAsked('restore')}>
            {t('restore.action')}
          </Button>
        ) : null}
      </Group>
      {asked === 'dismiss' ? <DismissDialog report={report} onClose={close} /> : null}
      {asked === 'take_down' ? <TakeDownReportedDialog report={report} onClose={close} /> : null}
      {asked === 'restore' && link ? (
        <RestoreDialog linkId={link.id} title={link.title} onClose={close} />
      ) : null}
    </>
  );
}

function Decision({ report }: { report: Report }): ReactNode {
  const { t } = useTranslation('opsReports');
  const actorName = useActorName();
  if (report.state === 'open') return null;
  return (
    <section>
      <Title order={3} size="md" mb="xs">
        {t('decision.title')}
      </Title>
      {report.note ? <Text size="sm">{report.note}</Text> : null}
      <Text size="xs" c="dimmed">
        {report.decided_by ? `${actorName(report.decided_by)} · ` : null}
        {report.decided_at ? <DateTime at={report.decided_at} /> : null}
      </Text>
    </section>
  );
}

function PanelBody({ report }: { report: Report }): ReactNode {
  const { t } = useTranslation('opsReports');
  const { link } = report;
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Text fw={640} size="lg" style={{ overflowWrap: 'anywhere' }}>
          {link?.title ?? report.address}
        </Text>
        <Group gap="xs">
          <ReportBadge state={report.state} />
          <Text size="sm" c="dimmed">
            <DateTime at={report.created_at} />
          </Text>
        </Group>
      </Stack>
      <section>
        <Title order={3} size="md" mb="xs">
          {t('said.title')}
        </Title>
        {report.comment ? (
          <Text size="sm" mb="xs" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
            {report.comment}
          </Text>
        ) : null}
        <Facts
          rows={[
            [t('said.reason'), t(`reason.${report.reason}`)],
            [t('said.address'), report.address],
            [t('said.from'), report.from_prefix],
          ]}
        />
      </section>
      {link ? <LinkFacts link={link} /> : <Text size="sm">{t('no_link')}</Text>}
      {link?.influencer ? <LinkClicks link={link} influencerId={link.influencer.id} /> : null}
      <Decision report={report} />
      <Decisions report={report} />
    </Stack>
  );
}

function LoadedPanel({
  reportId,
  known,
}: {
  reportId: string;
  known: Report | undefined;
}): ReactNode {
  return (
    <QueryBody query={useReport(reportId, known)}>
      {(report) => <PanelBody key={report.id} report={report} />}
    </QueryBody>
  );
}

/** One report beside the list: what was said, what the link is, what happened on it, and the decision. */
export function ReportPanel(props: {
  reportId: string | null;
  known: Report | undefined;
  onClose: () => void;
}): ReactNode {
  const { reportId, known, onClose } = props;
  const { t } = useTranslation(['opsReports', 'ui']);
  return (
    <Drawer
      opened={reportId !== null}
      onClose={onClose}
      position="right"
      size={480}
      title={t('one')}
      closeButtonProps={{ 'aria-label': t('close', { ns: 'ui' }) }}
    >
      {reportId === null ? null : <LoadedPanel key={reportId} reportId={reportId} known={known} />}
    </Drawer>
  );
}
