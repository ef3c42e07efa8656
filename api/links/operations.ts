import type { Role } from '../../domain/access';
import { ANY_OPS, viewers, type Rule } from '../rule';
import { deleteLink, updateLink } from './changing';
import {
  exportLinkImport,
  getLinkImport,
  importLinks,
  listLinkImportRows,
  listLinkImports,
} from './imports';
import { getLinkQr } from './qrAnswer';
import {
  decideLinkReport,
  getLinkReport,
  listLinkReports,
  reportLink,
  restoreLink,
  takeDownLink,
} from './reports';

const READERS = ['influencer', ...ANY_OPS] as const;
/** Stopping harm must not wait for a second person; both kinds of operators may. */
const MAKER_OR_CHECKER: readonly Role[] = ['ops_maker', 'ops_checker'];

export const LINK_OPERATIONS: Readonly<Record<string, Rule>> = {
  updateLink: viewers(['influencer'], 'links', updateLink),
  deleteLink: viewers(['influencer'], 'links', deleteLink),
  getLinkQr: viewers(READERS, 'read', getLinkQr),
  importLinks: viewers(['influencer'], 'links', importLinks),
  listLinkImports: viewers(READERS, 'read', listLinkImports),
  getLinkImport: viewers(READERS, 'read', getLinkImport),
  listLinkImportRows: viewers(READERS, 'read', listLinkImportRows),
  exportLinkImport: viewers(READERS, 'read', exportLinkImport),
  reportLink: { kind: 'public', handler: reportLink },
  listLinkReports: viewers(ANY_OPS, 'read', listLinkReports),
  getLinkReport: viewers(ANY_OPS, 'read', getLinkReport),
  decideLinkReport: viewers(MAKER_OR_CHECKER, 'person', decideLinkReport),
  takeDownLink: viewers(MAKER_OR_CHECKER, 'person', takeDownLink),
  // Letting traffic go on again is no stop: it can wait for a code.
  restoreLink: { ...viewers(MAKER_OR_CHECKER, 'person', restoreLink), fresh: true },
};
