import { formatTenge, tengeOrNull } from '../../domain/money';
import { almatyDate } from '../../domain/time';
import { brandLimits, brandOwes, listProgrammeLimits } from '../../store/postgres/limits';
import { jsonAnswer } from '../answer';
import type { Handler } from '../handler';

/** Every ceiling of a brand on one page, with what is used of it. */
export const listBrandLimits: Handler = async ({ pool, now, ops }, { params }) => {
  const brand = await brandLimits(pool, params['brandId'] ?? '');
  if (!brand) return { problem: 'brand_not_found' };
  const [owed, programmes] = await Promise.all([
    brandOwes(pool, brand.id),
    listProgrammeLimits(pool, brand.id, almatyDate(new Date(now()))),
  ]);
  return jsonAnswer(200, {
    brand: { id: brand.id, name: brand.name },
    credit_limit: tengeOrNull(brand.credit_limit_tiyn),
    owed: formatTenge(owed),
    default_order_limit: formatTenge(ops.orderLimit),
    programmes: programmes.map((programme) => ({
      id: programme.id,
      name: programme.name,
      state: programme.state,
      order_limit: tengeOrNull(programme.order_limit_tiyn),
      day_limit: tengeOrNull(programme.day_limit_tiyn),
      promised_today:
        programme.day_limit_tiyn === null ? null : formatTenge(programme.promised_tiyn),
    })),
  });
};
