import type { components } from '../../ui/api/schema';

/** `Schema<'PayoutBatch'>`: a schema of openapi.yaml. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
