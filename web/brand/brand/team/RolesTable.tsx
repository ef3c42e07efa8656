import { Card, Table, Title, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ABILITIES, ROLES } from './roles';

/** Who may do what, in words. */
export function RolesTable(): ReactNode {
  const { t } = useTranslation(['team', 'shell']);
  return (
    <Card>
      <Title order={2} size="h3" mb="sm">
        {t('roles.title')}
      </Title>
      <Table.ScrollContainer
        minWidth={420}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('roles.title')}
      >
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('roles.what')}</Table.Th>
              {ROLES.map((role) => (
                <Table.Th key={role} ta="center">
                  {t(`role.${role}`, { ns: 'shell' })}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ABILITIES.map(({ name, roles }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {t(`ability.${name}`)}
                </Table.Th>
                {ROLES.map((role) => {
                  const may = roles.some((one) => one === role);
                  const Sign = may ? IconCheck : IconMinus;
                  return (
                    <Table.Td key={role} ta="center" c={may ? undefined : 'dimmed'}>
                      <Sign size={18} aria-hidden />
                      <VisuallyHidden>{may ? t('roles.yes') : t('roles.no')}</VisuallyHidden>
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
