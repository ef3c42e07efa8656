import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../../ui/api/client';
import { ConfirmDialog } from '../../../ui/components/ConfirmDialog';
import { almatyDay } from '../../../ui/format/dates';
import { useMe } from '../../../ui/session/session';
import type { OrderFilter, Sort } from './orderFilter';

/** Gives the file to the browser. Fetched, not linked: a refusal must be said in words, not saved as a file. */
function save(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

export function ExportButton({ filter, sort }: { filter: OrderFilter; sort: Sort }): ReactNode {
  const { t } = useTranslation('orders');
  const { tenant } = useMe();
  const [failed, setFailed] = useState(false);
  const fetchFile = useMutation({
    mutationFn: () =>
      call(
        api.GET('/v1/brands/{brandId}/orders.csv', {
          params: { path: { brandId: tenant.id }, query: { ...filter, sort } },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (file) => save(file, `gamma-orders-${almatyDay(new Date())}.csv`),
    onError: () => setFailed(true),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={18} aria-hidden />}
        loading={fetchFile.isPending}
        onClick={() => fetchFile.mutate()}
      >
        {t('export')}
      </Button>
      <ConfirmDialog
        opened={failed}
        title={t('export_failed')}
        confirmLabel={t('export_again')}
        pending={fetchFile.isPending}
        error={fetchFile.error}
        onClose={() => setFailed(false)}
        onConfirm={() => {
          setFailed(false);
          fetchFile.mutate();
        }}
      >
        {null}
      </ConfirmDialog>
    </>
  );
}
