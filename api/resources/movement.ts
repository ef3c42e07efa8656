import type { Movement } from '../../domain/conversions/movement';

/** OrderMovement of the contract. */
export const movementShape = (movement: Movement | null): unknown =>
  movement === null
    ? null
    : {
        kind: movement.kind,
        payable: movement.payable,
        commission: movement.commission,
        from_balance: movement.fromBalance,
        debt: movement.debt,
        held_until: movement.heldUntil,
      };
