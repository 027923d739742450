// Dark or light panels; kept in the browser profile because it belongs to the workstation, not to the workspace.
import { z } from 'zod';

export const theme = z.enum(['dark', 'light']);
export type Theme = z.infer<typeof theme>;
const key = 'regionmed-theme';

export const storedTheme = (): Theme => theme.catch('dark').parse(localStorage.getItem(key));
export function applyTheme(next: Theme): void {
  document.documentElement.dataset['theme'] = next;
  localStorage.setItem(key, next);
}
