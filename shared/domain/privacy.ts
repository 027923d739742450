// How a site de-identifies the DICOM files that it takes in: the options of the Basic Profile of PS3.15 Annex E. What each
// does is in electron/host/deidentify.
import { z } from 'zod';

export const profileOptions = ['retainSafePrivate', 'retainUids', 'retainDevice', 'retainInstitution', 'retainPatient', 'retainFullDates', 'retainModifiedDates', 'cleanDescriptors', 'cleanStructured', 'cleanGraphics'] as const;
export const profileOption = z.enum(profileOptions);
export type ProfileOption = z.infer<typeof profileOption>;

export const importPrivacy = z.object({
  options: z.array(profileOption),
  /** Text that is found in the pixels is painted over, to be looked at. */
  mask: z.boolean(),
});
export type ImportPrivacy = z.infer<typeof importPrivacy>;
