import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { DateTime } from '../../ui/components/DateTime';
import { LinkStandingBadge } from '../../ui/components/LinkStandingBadge';
import { StateBadge, type Tone } from '../../ui/components/StateBadge';
import { almatyDay } from '../../ui/format/dates';
import { formatBasisPoints, formatCount } from '../../ui/format/money';
import { useLanguage } from '../../ui/i18n/useLanguage';
import classes from './SignalCard.module.css';
import type { Evidence, Signal } from './types';

const TONE: Record<Signal['severity'], Tone> = { low: 'plain', medium: 'wait', high: 'bad' };

/** Shares come in basis points, and their names say so. */
const number = (value: number, { number: { code } }: Evidence): string =>
  code.endsWith('_bps') ? formatBasisPoints(value) : formatCount(value);

/** Each number beside what it was compared with, as a table that screen readers read by row. */
function EvidenceTable({ evidence }: { evidence: readonly Evidence[] }): ReactNode {
  const { t } = useTranslation('signals');
  const language = useLanguage();
  return (
    <table className={classes.evidence}>
      <thead>
        <tr>
          <th scope="col">{t('evidence.number')}</th>
          <th scope="col">{t('evidence.value')}</th>
          <th scope="col">{t('evidence.threshold')}</th>
        </tr>
      </thead>
      <tbody>
        {evidence.map((one) => (
          <tr key={one.number.code}>
            <th scope="row">{one.number[language]}</th>
            <td>{number(one.value, one)}</td>
            <td>{one.threshold === null ? '—' : number(one.threshold, one)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export type SignalCardProps = {
  readonly signal: Signal;
  /** The page of an influencer. */
  readonly personPath: (influencerId: string) => string;
  /** The page of a programme, where the reader has one. */
  readonly programmePath?: (programmeId: string) => string;
  /** What can be looked at or done. */
  readonly actions?: ReactNode;
};

function Named({ to, name }: { to: string | undefined; name: string }): ReactNode {
  return to ? (
    <Anchor component={Link} to={to} inherit>
      {name}
    </Anchor>
  ) : (
    name
  );
}

const MINUTE = 'YYYY-MM-DDTHH:MM'.length;

/** From when to when; within a day the date is said once, within a minute one time is enough. */
function Window({ from, to }: { from: string; to: string }): ReactNode {
  if (from.slice(0, MINUTE) === to.slice(0, MINUTE)) return <DateTime at={from} />;
  const sameDay = almatyDay(new Date(from)) === almatyDay(new Date(to));
  return (
    <>
      <DateTime at={from} /> — <DateTime at={to} form={sameDay ? 'time' : 'date_time'} />
    </>
  );
}

function Subjects({ signal, personPath, programmePath }: SignalCardProps): ReactNode {
  const { t } = useTranslation('signals');
  const { influencers, programme, link } = signal;
  return (
    <dl className={classes.subjects}>
      {influencers.length > 0 ? (
        <div>
          <dt>{t('subject.influencers', { count: influencers.length })}</dt>
          <dd>
            {influencers.map(({ id, display_name, ref }, i) => (
              <Fragment key={id}>
                {i > 0 ? ', ' : ''}
                <Named to={personPath(id)} name={display_name || ref} />
              </Fragment>
            ))}
          </dd>
        </div>
      ) : null}
      {link ? (
        <div>
          <dt>{t('subject.link')}</dt>
          <dd>
            {link.title}
            {link.standing === 'works' ? null : (
              <>
                {' '}
                <LinkStandingBadge standing={link.standing} size="sm" />
              </>
            )}
          </dd>
        </div>
      ) : null}
      {programme ? (
        <div>
          <dt>{t('subject.programme')}</dt>
          <dd>
            <Named to={programmePath?.(programme.id)} name={programme.name} />
          </dd>
        </div>
      ) : null}
      <div>
        <dt>{t('subject.when')}</dt>
        <dd>
          <Window from={signal.from} to={signal.to} />
        </dd>
      </div>
    </dl>
  );
}

/** One sign that clicks or orders are not what they seem: of whom, when, and the numbers it rests on. */
export function SignalCard(props: SignalCardProps): ReactNode {
  const { signal, actions } = props;
  const { t } = useTranslation('signals');
  const language = useLanguage();
  return (
    <Card component="article" data-signal={signal.signal.code}>
      <Stack gap="sm">
        <Group gap="xs">
          <StateBadge tone={TONE[signal.severity]} label={t(`severity.${signal.severity}`)} />
          <Text size="sm" c="dimmed">
            {t(`kind.${kindOf(signal.signal.code)}`)}
          </Text>
        </Group>
        <Title order={2} size="h3">
          {signal.signal[language]}
        </Title>
        <div className={classes.body}>
          <Subjects {...props} />
          <EvidenceTable evidence={signal.evidence} />
        </div>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Stack>
    </Card>
  );
}

/** What a signal is about; a kind the API adds later is about clicks unless its name says otherwise. */
function kindOf(code: string): 'clicks' | 'orders' | 'payees' {
  if (code.startsWith('orders_')) return 'orders';
  return code.startsWith('payees_') ? 'payees' : 'clicks';
}
