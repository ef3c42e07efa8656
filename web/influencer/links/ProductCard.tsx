import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Money } from '../../ui/components/Money';
import type { Product } from '../data/types';
import classes from './Catalogue.module.css';
import { isOwnPicture } from './ownPicture';

/** The picture, or the first letter on the product's own ground. */
function Picture({ product }: { product: Product }): ReactNode {
  const { image_url, color, title } = product;
  return (
    <div className={classes.picture} style={{ backgroundColor: color }} aria-hidden>
      {image_url && isOwnPicture(image_url) ? (
        <img src={image_url} alt="" loading="lazy" width={88} height={88} />
      ) : (
        title.charAt(0).toUpperCase()
      )}
    </div>
  );
}

export type ProductCardProps = {
  readonly product: Product;
  readonly pending: boolean;
  readonly onChoose: () => void;
};

export function ProductCard({ product, pending, onChoose }: ProductCardProps): ReactNode {
  const { t } = useTranslation('links');
  return (
    <li className={classes.product}>
      <Picture product={product} />
      <div className={classes.about}>
        <div>
          <Text size="sm" fw={500} lineClamp={2}>
            {product.title}
          </Text>
          <Text size="xs" c="dimmed">
            {product.programme.name} · <Money tenge={product.price} />
          </Text>
        </div>
        <Group justify="space-between" gap="xs" align="center">
          <Text size="sm" c="green" fw={600}>
            {t('catalogue.you_get')} <Money tenge={product.you_get} />
          </Text>
          <Button
            variant="light"
            size="compact-md"
            mih={44}
            loading={pending}
            aria-label={t('catalogue.make_for', { title: product.title })}
            onClick={onChoose}
          >
            {t('catalogue.make')}
          </Button>
        </Group>
      </div>
    </li>
  );
}
