// Rows for tests that need a journal but no pixels: a case of 200 × 100 pixels and boxes on it.
import { createHash } from 'node:crypto';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import type { Diff } from '../../../shared/domain/diff.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const caseOf = (id: string, change: Partial<CaseRow> = {}): CaseRow => ({
  table: 'cases', id, title: id, patient: `patient:${id}`, modality: 'radiograph', file: `${id}.png`, source: hashOf(`source ${id}`), frames: 1, thumbnail: hashOf(`thumbnail ${id}`),
  pixels: { blob: hashOf(`pixels ${id}`), width: 200, height: 100, channels: 1, sample: 'uint8', bitsStored: 8, slope: 1, intercept: 0, window: { centre: 127.5, width: 255 }, inverted: false, spacing: null },
  phantom: false, split: 'training', importedAt: '2026-01-01T00:00:00.000Z', status: 'new', caption: { text: '', origin: 'none' }, signedOffAt: null, ...change,
});

export const boxOf = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

/** A region as a network proposes it. */
export const proposalOf = (caseId: string, id: string, box: Box, change: { label?: string; caption?: string; score?: number; order?: number } = {}): RegionRow => {
  const { label = 'nodule', caption = 'A nodule.', score = 0.9, order = 0 } = change;
  return { table: 'regions', id, caseId, box, label, caption, verdict: 'proposed', source: 'model', order, proposal: { box, label, caption, score, model: '0.1.0' } };
};
export const truthOf = (caseId: string, id: string, box: Box, change: { label?: string; caption?: string; order?: number } = {}): RegionRow => {
  const { label = 'nodule', caption = 'A nodule.', order = 0 } = change;
  return { table: 'regions', id, caseId, box, label, caption, verdict: 'proposed', source: 'truth', order, proposal: null };
};

export const commandOf = (id: string, name: CommandName, caseId: string | null, diff: Diff, of: string | null = null): Command => ({ id, name, caseId, actor: 'reader', at: '2026-01-01T00:00:00.000Z', of, diff });
