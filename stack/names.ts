/** Temporal namespace of a platform on one machine. */
export const NAMESPACE = 'gamma';
