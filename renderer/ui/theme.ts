// Dark, light or high-contrast panels; kept in the browser profile because it belongs to the workstation, not to the
// workspace. Who has not chosen gets what the system asks for.
import { z } from 'zod';

export const theme = z.enum(['dark', 'light', 'contrast']);
export type Theme = z.infer<typeof theme>;
const key = 'regionmed-theme';

const moreContrast = matchMedia('(prefers-contrast: more)');
const chosenTheme = (): Theme | null => theme.nullable().catch(null).parse(localStorage.getItem(key));
/** Dark unless more contrast is asked for: reading rooms are dark. */
export const presentTheme = (): Theme => chosenTheme() ?? (moreContrast.matches ? 'contrast' : 'dark');
const show = (): void => { document.documentElement.dataset['theme'] = presentTheme(); };

/** The theme from now on, also when the system's wish changes. */
export function followTheme(): void {
  show();
  moreContrast.addEventListener('change', show);
}
export function chooseTheme(next: Theme): void {
  localStorage.setItem(key, next);
  show();
}
