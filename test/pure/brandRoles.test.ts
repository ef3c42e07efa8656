import { OPERATIONS } from '../../api/operations';
import { scopeOf } from '../../domain/access';
import { ABILITIES } from '../../web/brand/brand/team/roles';

/** The table a brand's owner reads before inviting somebody says what the API's own table does. */

/** What everybody does with their own account; no part of a role. */
const OWN_ACCOUNT = [
  'logOut',
  'proveFactor',
  'getMe',
  'updateMe',
  'listSessions',
  'endOtherSessions',
  'endSession',
  'changePassword',
  'renewRecoveryCodes',
  // One's own and, for owners, those of their people: the screen shows what is for one to see.
  'listRecoveries',
  'stopRecovery',
];

const brandRoles = new Map(
  Object.entries(OPERATIONS).flatMap(([id, rule]) => {
    const roles = rule.kind === 'viewer' ? rule.roles : [];
    const ofBrands = roles.filter((role) => scopeOf(role) === 'brand').sort();
    return ofBrands.length === 0 ? [] : [[id, ofBrands] as const];
  }),
);

const shown = ABILITIES.flatMap(({ name, roles, operations }) =>
  operations.map((id) => ({ name, id, roles: [...roles].sort() })),
);

it.each(shown)('$name: $id is for the roles the screen says', ({ id, roles }) => {
  expect(brandRoles.get(id)).toEqual(roles);
});

it('every operation of brands is in one row of the screen', () => {
  expect([...shown.map(({ id }) => id), ...OWN_ACCOUNT].sort()).toEqual(
    [...brandRoles.keys()].sort(),
  );
});
