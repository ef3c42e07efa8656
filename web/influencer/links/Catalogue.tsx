import { Chip, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { LoadMore } from '../../ui/components/LoadMore';
import { ProblemAlert } from '../../ui/components/ProblemAlert';
import { ListSkeleton } from '../../ui/components/Skeletons';
import { useLanguage } from '../../ui/i18n/useLanguage';
import { catalogueRead, programmesRead } from '../data/reads';
import type { Programme } from '../data/types';
import { useInfluencerId } from '../data/useInfluencerId';
import { Loaded } from '../loading/Loaded';
import classes from './Catalogue.module.css';
import { ProductCard } from './ProductCard';
import { useCreateLink } from './useCreateLink';

const ALL = 'all';

type ShopChipsProps = {
  readonly programmes: readonly Programme[];
  readonly chosen: string;
  readonly onChoose: (programmeId: string) => void;
};

function ShopChips({ programmes, chosen, onChoose }: ShopChipsProps): ReactNode {
  const { t } = useTranslation('links');
  return (
    <div className={classes.chips}>
      <Chip.Group value={chosen} onChange={(value) => onChoose(value)}>
        <Group gap="xs" wrap="nowrap" role="group" aria-label={t('catalogue.shops')}>
          <Chip value={ALL} size="md">
            {t('catalogue.all')}
          </Chip>
          {programmes.map(({ id, name }) => (
            <Chip key={id} value={id} size="md">
              {name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}

/** Goods of all shops: one tap on one makes its link. */
export function Catalogue(): ReactNode {
  const { t } = useTranslation('links');
  const language = useLanguage();
  const influencerId = useInfluencerId();
  const [typed, setTyped] = useState('');
  const [shop, setShop] = useState(ALL);
  const [query] = useDebouncedValue(typed.trim(), 300);
  const programmes = useQuery(programmesRead(influencerId));
  const programmeId = shop === ALL ? null : shop;
  const products = useInfiniteQuery(catalogueRead(influencerId, { query, programmeId }));
  const create = useCreateLink();
  const shops = programmes.data?.items ?? [];
  const terms = shops.find(({ id }) => id === shop)?.terms;
  const items = products.data?.pages.flatMap((page) => page.items);
  return (
    <Stack component="section">
      <Title order={2}>{t('catalogue.title')}</Title>
      <TextInput
        type="search"
        aria-label={t('catalogue.search')}
        placeholder={t('catalogue.search')}
        leftSection={<IconSearch size={18} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {programmes.data && shops.length < 2 ? null : (
        // As high before the shops are known: the goods below must not move.
        <div className={classes.shops}>
          <ShopChips programmes={shops} chosen={shop} onChoose={setShop} />
        </div>
      )}
      {terms ? (
        <Text size="sm" c="dimmed">
          {terms.text[language]}
        </Text>
      ) : null}
      <ProblemAlert error={create.error} />
      <Loaded
        query={{ ...products, data: items }}
        skeleton={<ListSkeleton rows={4} height={112} />}
      >
        {(found) =>
          found.length === 0 ? (
            <Text c="dimmed" ta="center" py="xl">
              {t('catalogue.nothing')}
            </Text>
          ) : (
            <ul className={classes.products} aria-label={t('catalogue.title')}>
              {found.map((product) => (
                <ProductCard
                  key={product.id}
                  product={product}
                  pending={create.isPending && create.variables.catalogue_item_id === product.id}
                  onChoose={() => {
                    if (!create.isPending) create.mutate({ catalogue_item_id: product.id });
                  }}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <LoadMore {...products} />
    </Stack>
  );
}
