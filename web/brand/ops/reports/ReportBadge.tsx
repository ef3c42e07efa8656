import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StateBadge, type Tone } from '../../../ui/components/StateBadge';
import type { ReportState } from './useReports';

const TONE: Record<ReportState, Tone> = { open: 'wait', dismissed: 'plain', taken_down: 'bad' };

export function ReportBadge({ state }: { state: ReportState }): ReactNode {
  const { t } = useTranslation('opsReports');
  return <StateBadge tone={TONE[state]} label={t(`state.${state}`)} />;
}
