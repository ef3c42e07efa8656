import { Anchor, Button, Text } from '@mantine/core';
import { IconBuildingStore, IconPlus } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { TableColumn } from '../../../ui/components/DataTable';
import { DateTime } from '../../../ui/components/DateTime';
import { FilterBar } from '../../../ui/components/FilterBar';
import { FilteredList } from '../parts/FilteredList';
import { PageHeader } from '../../../ui/components/PageHeader';
import { StateBadge } from '../../../ui/components/StateBadge';
import { formatCount } from '../../../ui/format/money';
import { useMay } from '../../../ui/session/session';
import links from '../parts/Link.module.css';
import { useUrlFilters } from '../parts/useUrlFilters';
import type { Schema } from '../types';
import { CreateBrandDialog, InviteOwnerDialog } from './BrandDialogs';
import { useBrands } from './useBrands';

type Brand = Schema<'Brand'>;
type Asked = 'create' | Brand | null;

/** How many can come in, and whether somebody's link still waits to be opened. */
function Owners({ brand }: { brand: Brand }): ReactNode {
  const { t } = useTranslation('opsBrands');
  return (
    <div>
      {brand.owners === 0 ? (
        <StateBadge tone="wait" label={t('list.no_owner')} />
      ) : (
        formatCount(brand.owners)
      )}
      {brand.open_invitation ? (
        <Text size="xs" c="dimmed">
          {t('list.link_until')} <DateTime at={brand.open_invitation.expires_at} form="short" />
        </Text>
      ) : null}
    </div>
  );
}

function LimitsLink({ brand }: { brand: Brand }): ReactNode {
  const { t } = useTranslation('opsBrands');
  return (
    <Anchor
      component={Link}
      to={`/ops/brands/${brand.id}/limits`}
      size="sm"
      className={links.link}
      aria-label={t('list.limits_of', { name: brand.name })}
    >
      {t('list.limits')}
    </Anchor>
  );
}

function useColumns(onInvite: ((brand: Brand) => void) | null): readonly TableColumn<Brand>[] {
  const { t, i18n } = useTranslation('opsBrands');
  return useMemo(() => {
    const columns: TableColumn<Brand>[] = [
      {
        key: 'name',
        header: t('list.name'),
        grow: 2,
        minWidth_px: 180,
        card: 'title',
        cell: (brand) => (
          <div>
            <Text size="sm" fw={560}>
              {brand.name}
            </Text>
            <Text size="xs" c="dimmed">
              {brand.id}
            </Text>
          </div>
        ),
      },
      {
        key: 'owners',
        header: t('list.owners'),
        minWidth_px: 140,
        cell: (brand) => <Owners brand={brand} />,
      },
      {
        key: 'programmes',
        header: t('list.programmes'),
        align: 'end',
        cell: (brand) => formatCount(brand.programmes),
      },
      {
        key: 'created',
        header: t('list.created'),
        minWidth_px: 110,
        cell: (brand) => <DateTime at={brand.created_at} form="short" />,
      },
      {
        key: 'limits',
        header: t('list.limits'),
        minWidth_px: 110,
        cell: (brand) => <LimitsLink brand={brand} />,
      },
    ];
    if (onInvite)
      columns.push({
        key: 'invite',
        header: t('list.action'),
        align: 'end',
        minWidth_px: 190,
        cell: (brand) => (
          <Button
            variant="subtle"
            aria-label={t('invite.open_for', { name: brand.name })}
            onClick={() => onInvite(brand)}
          >
            {t('invite.open')}
          </Button>
        ),
      });
    return columns;
    // The words change with the language, though `t` may stay the same function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, i18n.language, onInvite]);
}

export default function Brands(): ReactNode {
  const { t } = useTranslation(['opsBrands', 'ops']);
  const [asked, setAsked] = useState<Asked>(null);
  const mayCreate = useMay('createBrand');
  const mayInvite = useMay('inviteBrandOwner');
  const filters = useUrlFilters(['query']);
  const brands = useBrands(filters.get('query') ?? undefined);
  const columns = useColumns(mayInvite ? setAsked : null);
  const close = (): void => setAsked(null);
  const create = mayCreate ? (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAsked('create')}>
      {t('create.open')}
    </Button>
  ) : null;
  return (
    <>
      <PageHeader title={t('list.title')} text={t('list.text')} actions={create} />
      <FilterBar
        search={{
          label: t('list.search'),
          value: filters.get('query') ?? '',
          onChange: (query) => filters.set({ query: query.trim() }),
        }}
        onClear={filters.any ? filters.clear : null}
      />
      <FilteredList
        list={brands}
        filters={filters}
        label={t('list.title')}
        columns={columns}
        rowId={(brand) => brand.id}
        empty={{
          icon: IconBuildingStore,
          title: t('list.empty_title'),
          text: t('list.empty_text'),
        }}
      />
      {asked === 'create' ? <CreateBrandDialog onClose={close} /> : null}
      {asked !== null && asked !== 'create' ? (
        <InviteOwnerDialog brand={asked} onClose={close} />
      ) : null}
    </>
  );
}
