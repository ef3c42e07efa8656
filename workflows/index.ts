/** The single entry of the workflow bundle. Each workflow has its own file; this only names them. */
export { adjustment } from './adjustment';
export { conversion } from './conversion';
export { payoutBatch } from './payoutBatch';
export { payoutItem } from './payoutItem';
