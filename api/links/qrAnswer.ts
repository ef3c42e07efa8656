import { Readable } from 'node:stream';

import { findOwnLink } from '../../store/postgres/influencerLinks';
import type { Call } from '../handler';
import { addressOf, SUB_NAMES, type SubIds } from '../influencer/linkView';
import { seen } from '../influencer/wall';
import { qrGrid, qrPng, qrSvg } from './qr';

const DEFAULT_MM = 40;
const DEFAULT_DPI = 300;

function readSubIds(query: Call['query']): SubIds {
  const subIds: Partial<Record<(typeof SUB_NAMES)[number], string>> = {};
  for (const name of SUB_NAMES) {
    const value = query.get(name);
    if (value !== undefined) subIds[name] = value;
  }
  return subIds;
}

export const getLinkQr = seen(async (deps, { params, query }, viewer, { influencerId }) => {
  const link = await findOwnLink(deps.pool, viewer, influencerId, params['linkId'] ?? '');
  if (!link) return { problem: 'link_not_found' };
  const subIds = readSubIds(query);
  const grid = qrGrid(addressOf(deps.influencers.redirectOrigin, link, subIds));
  const sizeMm = Number(query.get('size_mm') ?? DEFAULT_MM);
  const isPng = query.get('format') === 'png';
  const drawn = isPng
    ? await qrPng(grid, sizeMm, Number(query.get('dpi') ?? DEFAULT_DPI))
    : qrSvg(grid, sizeMm);
  if (!drawn.ok) return { problem: drawn.error };
  const name = `gamma-${link.code ?? link.ref}.${isPng ? 'png' : 'svg'}`;
  return {
    status: 200,
    contentType: isPng ? 'image/png' : 'image/svg+xml; charset=utf-8',
    body: typeof drawn.value === 'string' ? drawn.value : Readable.from([drawn.value]),
    headers: ['Content-Disposition', `inline; filename="${name}"`],
  };
});
