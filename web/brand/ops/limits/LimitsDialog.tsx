import { TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { formatMoney, isZero, readMoney } from '../../../ui/format/money';
import { isReason, ReasonField } from '../parts/ReasonField';
import { usePutLimits, type BrandLimits, type ProgrammeLimits } from './useLimits';

const FIELDS = ['order', 'day', 'credit'] as const;
type Field = (typeof FIELDS)[number];
type Typed = Readonly<Record<Field, string>>;

const shown = (tenge: string | null): string =>
  tenge === null ? '' : formatMoney(tenge).replace(/\s*₸$/, '');

/** Decimal tenge; null for no ceiling of its own; undefined while it is not an amount above zero. */
function amountOf(typed: string): string | null | undefined {
  if (typed.trim() === '') return null;
  const amount = readMoney(typed);
  return amount === null || isZero(amount) ? undefined : amount;
}

/** The ceilings of one programme, and the credit that its brand has for all of them. */
export function LimitsDialog(props: {
  limits: BrandLimits;
  programme: ProgrammeLimits;
  onClose: () => void;
}): ReactNode {
  const { limits, programme, onClose } = props;
  const { t } = useTranslation('opsLimits');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState<Typed>({
    order: shown(programme.order_limit),
    day: shown(programme.day_limit),
    credit: shown(limits.credit_limit),
  });
  const put = usePutLimits(limits.brand.id, programme.id, onClose);
  const [order, day, credit] = FIELDS.map((field) => amountOf(typed[field]));
  const complete = order !== undefined && day !== undefined && credit !== undefined;
  const platform = formatMoney(limits.default_order_limit);
  return (
    <ConfirmDialog
      opened
      title={t('change.title', { name: programme.name })}
      confirmLabel={t('change.save')}
      pending={put.isPending}
      disabled={!complete || !isReason(reason)}
      error={put.error}
      onConfirm={() =>
        complete &&
        put.mutate({
          order_limit: order,
          day_limit: day,
          credit_limit: credit,
          reason: reason.trim(),
        })
      }
      onClose={onClose}
    >
      {FIELDS.map((field) => (
        <TextInput
          key={field}
          label={t(`change.${field}`)}
          description={t(`change.${field}_hint`, { amount: platform })}
          inputMode="decimal"
          autoComplete="off"
          error={amountOf(typed[field]) === undefined ? t('change.wrong') : null}
          value={typed[field]}
          onChange={(event) => setTyped({ ...typed, [field]: event.currentTarget.value })}
        />
      ))}
      <ReasonField value={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}
