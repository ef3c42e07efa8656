import { Button, Card, CopyButton, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Recovery codes, to be kept: they are shown this once. */
export function CodesCard({ codes }: { codes: readonly string[] }): ReactNode {
  const { t } = useTranslation(['invitation', 'ui']);
  return (
    <>
      <Card>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {codes.map((code) => (
            <Text key={code} ff="monospace" size="sm" ta="center">
              {code}
            </Text>
          ))}
        </SimpleGrid>
      </Card>
      <CopyButton value={codes.join('\n')} timeout={2500}>
        {({ copied, copy }) => (
          <Button variant="default" size="md" onClick={copy}>
            {copied ? t('copied', { ns: 'ui' }) : t('codes.copy')}
          </Button>
        )}
      </CopyButton>
    </>
  );
}
