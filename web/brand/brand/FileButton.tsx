import { Button, Group, type ButtonProps } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../ui/components/ConfirmDialog';
import { TableStyleChoice, useTableStyle } from '../../ui/components/TableStyleChoice';

/** Gives the file to the browser. Fetched, not linked: a refusal must be said in words, not saved as a file. */
function save(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

export type FileButtonProps = Pick<ButtonProps, 'variant'> & {
  readonly label: string;
  /** What the file is called when it is saved. */
  readonly name: string;
  readonly fetchFile: (table: ReturnType<typeof useTableStyle>[0]) => Promise<Blob>;
};

/** Downloads a table that the API makes for the person. */
export function FileButton(props: FileButtonProps): ReactNode {
  const { label, name, fetchFile, variant = 'default' } = props;
  const { t } = useTranslation('brand');
  const [table] = useTableStyle();
  const [failed, setFailed] = useState(false);
  const fetching = useMutation({
    mutationFn: () => fetchFile(table),
    onSuccess: (file) => save(file, name),
    onError: () => setFailed(true),
  });
  return (
    <Group gap="xs">
      <TableStyleChoice />
      <Button
        variant={variant}
        leftSection={<IconDownload size={18} aria-hidden />}
        loading={fetching.isPending}
        onClick={() => fetching.mutate()}
      >
        {label}
      </Button>
      <ConfirmDialog
        opened={failed}
        title={t('file.failed')}
        confirmLabel={t('file.again')}
        pending={fetching.isPending}
        error={fetching.error}
        onClose={() => setFailed(false)}
        onConfirm={() => {
          setFailed(false);
          fetching.mutate();
        }}
      >
        {null}
      </ConfirmDialog>
    </Group>
  );
}
