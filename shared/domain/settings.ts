// What a site has settled for all its readers: its findings, why proposals are rejected, pieces of text, and which side
// of an image is the patient's right. One row of the journal, so that it has a history like every decision.
import { z } from 'zod';
import { ontology } from './ontology.ts';
import { importPrivacy } from './privacy.ts';
import { priorityRule } from './priority.ts';

/**
 * facing: the patient looks at the reader, their right is at the image's left (radiographs, CT, MRI).
 * same: the patient's right is at the image's right.
 * eye: an image of one eye; where a box lies says nothing of the side, the words for the eye do.
 * unknown: nothing is said of sides.
 */
export const laterality = z.enum(['facing', 'same', 'eye', 'unknown']);
export type Laterality = z.infer<typeof laterality>;

export const snippet = z.object({ key: z.string().regex(/^[\p{L}\p{N}]{1,12}$/u), text: z.string().trim().min(1) });
export type Snippet = z.infer<typeof snippet>;

/** A reader's keys: a profile by its name, and chords by action where they differ. What they mean is the page's. */
export const keyChoice = z.object({ profile: z.string(), changes: z.record(z.string(), z.array(z.string())) });
export type KeyChoice = z.infer<typeof keyChoice>;

export const settingsRow = z.object({
  table: z.literal('settings'),
  id: z.literal('site'),
  /** Null while the site has no list of its own: the network's findings and those in use are offered then. */
  ontology: ontology.nullable(),
  /** Empty: the page offers the usual ones in its language. */
  rejectionReasons: z.array(z.string().trim().min(1)),
  /** Typed as ";key" and a blank. */
  snippets: z.array(snippet),
  /** By modality, where it is not as usual. */
  laterality: z.record(z.string(), laterality),
  /** Readers mark first and see the proposals when they ask for them. */
  hiddenFirst: z.boolean().optional(),
  /** Share of cases that get one wrong proposal on purpose, in [0, 0.5]; none when left out. */
  planted: z.number().min(0).max(0.5).optional(),
  /** DICOM files are de-identified as they come in; null or absent: they are not. */
  privacy: importPrivacy.nullable().optional(),
  /** What comes sooner or later in the worklist. */
  priorities: z.array(priorityRule).optional(),
  /** By reader, where they are not the usual ones: here they outlive the browser's profile. */
  keys: z.record(z.string(), keyChoice).optional(),
});
export type SettingsRow = z.infer<typeof settingsRow>;

export const usualSettings: SettingsRow = {
  table: 'settings', id: 'site', ontology: null, rejectionReasons: [], snippets: [], laterality: {},
};

/** How the images of a modality lie, unless the site says otherwise. Projection and sectional images face the reader (DICOM PS3.3 C.7.6.1.1.1 for CT and MRI in axial planes). */
export function lateralityOf(settings: SettingsRow, modality: string): Laterality {
  const name = modality.trim().toLowerCase(), own = Object.entries(settings.laterality).find(([m]) => m.trim().toLowerCase() === name)?.[1];
  if (own !== undefined) return own;
  if (/fundus|ophthalm|retina|\boct\b/.test(name)) return 'eye';
  return /radiograph|x-?ray|\bct\b|\bmri?\b|\bcr\b|\bdx\b|\bpet\b|scintigram/.test(name) ? 'facing' : 'unknown';
}
