import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { almatyDay } from '../../../ui/format/dates';
import { useMe } from '../../../ui/session/session';
import { FileButton } from '../FileButton';
import type { OrderFilter, Sort } from './orderFilter';

/** The orders of the filter as a file. */
export function ExportButton({ filter, sort }: { filter: OrderFilter; sort: Sort }): ReactNode {
  const { t } = useTranslation('orders');
  const { tenant } = useMe();
  return (
    <FileButton
      label={t('export')}
      name={`gamma-orders-${almatyDay(new Date())}.csv`}
      fetchFile={(table) =>
        call(
          api.GET('/v1/brands/{brandId}/orders.csv', {
            params: { path: { brandId: tenant.id }, query: { ...filter, sort, table } },
            parseAs: 'blob',
          }),
        )
      }
    />
  );
}
