import type { components } from '../../ui/api/schema';

export type Enrolment = components['schemas']['TotpEnrolment'];
