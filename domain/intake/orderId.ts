import { plain } from '../plain';

/** Excel marks a cell as text so; of an order's number it is no part. */
const TEXT_MARK = /^(?:'\s*)+(?=.)/u;
/** A whole number that went through a float column: 51985200.0. `2024.10` and `007` are ids of their own. */
const WHOLE_FLOAT = /^(0|[1-9][0-9]*)\.0+$/;

/**
 * The one spelling of an order's number, which is part of its key: two spellings would be two orders, paid twice.
 * Only what no shop tells orders apart by is taken away; case, leading zeros, inner signs and an E stay as they are.
 * `order_id_plain` in migration 0023 does the same to rows from before (test/api/orderIds holds the two together).
 */
export function orderId(written: string): string {
  const id = plain(written).replace(TEXT_MARK, '');
  return WHOLE_FLOAT.exec(id)?.[1] ?? id;
}
