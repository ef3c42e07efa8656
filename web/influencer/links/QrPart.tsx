import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { api, call } from '../../ui/api/client';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { saveFile } from '../data/saveFile';
import type { Link } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import classes from './ShareCard.module.css';

const SUBS = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
const SHOWN_MM = '60';
const SIZE_MM = /^([1-9][0-9]|[12][0-9][0-9]|300)$/;
type Format = 'svg' | 'png';

/** The marks of the address that is shared: the code on paper must lead where the text does. */
function marksOf(link: Link): Partial<Record<(typeof SUBS)[number], string>> {
  const { searchParams } = new URL(link.short_url);
  return Object.fromEntries(
    SUBS.flatMap((name) => {
      const mark = searchParams.get(name);
      return mark === null ? [] : [[name, mark]];
    }),
  );
}

function pictureOf(influencerId: string, link: Link): string {
  const query = new URLSearchParams({ format: 'svg', size_mm: SHOWN_MM, ...marksOf(link) });
  return `/v1/influencers/${influencerId}/links/${link.id}/qr?${query.toString()}`;
}

/** The same picture the print file holds, then that file: vectors for a print shop, a bitmap for a document. */
export default function QrPart({ link }: { link: Link }): ReactNode {
  const { t } = useTranslation('links');
  const influencerId = useInfluencerId();
  const [size_mm, setSize_mm] = useState('40');
  const fits = SIZE_MM.test(size_mm);
  const download = useMutation({
    mutationFn: (format: Format) =>
      call(
        api.GET('/v1/influencers/{influencerId}/links/{linkId}/qr', {
          params: {
            path: { influencerId, linkId: link.id },
            query: { format, size_mm, ...marksOf(link) },
          },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (file, format) =>
      saveFile(file, `gamma-${link.code ?? link.id}-${size_mm}mm.${format}`),
  });
  return (
    <Stack align="center" gap="sm">
      <img
        className={classes.code}
        src={pictureOf(influencerId, link)}
        alt={t('share.qr_label', { title: link.title })}
        width={208}
        height={208}
      />
      <TextInput
        type="number"
        inputMode="numeric"
        w="100%"
        maw={320}
        label={t('share.qr_size')}
        description={t('share.qr_size_hint')}
        error={fits ? null : t('share.qr_size_wrong')}
        min={10}
        max={300}
        value={size_mm}
        onChange={(event) => {
          setSize_mm(event.currentTarget.value);
          download.reset();
        }}
      />
      <ProblemAlert error={download.error} />
      <Group gap="sm" justify="center">
        {(['svg', 'png'] as const).map((format) => (
          <Button
            key={format}
            variant="default"
            leftSection={<IconDownload size={20} aria-hidden />}
            disabled={!fits}
            loading={download.isPending && download.variables === format}
            onClick={() => download.mutate(format)}
          >
            {t(`share.qr_${format}`)}
          </Button>
        ))}
      </Group>
      <Text size="xs" c="dimmed" ta="center">
        {t('share.qr_formats')}
      </Text>
    </Stack>
  );
}
