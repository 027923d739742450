// The top line of the page: where one is at the left (each room fills it), whether the work is saved, and what runs.
import { createContext, useContext, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useSync } from '../data/program.tsx';
import { useTranslations } from '../words/language.tsx';

/** The element of the top line that the room in front fills. */
export const TopLine = createContext<HTMLElement | null>(null);
export function InTopLine({ children }: { children: ReactNode }): ReactNode {
  const target = useContext(TopLine);
  return target === null ? null : createPortal(children, target);
}

export function SavedChip(): ReactNode {
  const { online, waiting } = useSync();
  const t = useTranslations('shell');
  const [dot, words] = !online ? ['off', waiting > 0 ? t('notSaved', { waiting }) : t('reconnecting')] : waiting > 0 ? ['busy', t('saving')] : ['', t('saved')];
  return <span className={`chip ${dot}`} role="status" data-testid="saved"><span className={`dot ${dot}`} />{words}</span>;
}
