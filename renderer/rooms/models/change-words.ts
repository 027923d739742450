// How a change between two versions is said: the finding it is about, and the figures that show it.
import { useMemo } from 'react';
import type { Difference, GateReport } from '../../../shared/domain/gate.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

export const verdictTone: Readonly<Record<GateReport['verdict'], string>> = { better: 'good', worse: 'bad', 'needs-a-person': '' };

export interface ChangeWords { readonly labelOf: (d: Difference) => string; readonly detailOf: (d: Difference) => string }
export function useChangeWords(): ChangeWords {
  const t = useTranslations('models'), figures = useFigures();
  return useMemo(() => {
    const named = (label: string): string => (label === '' ? t('unnamed') : label.replaceAll('_', ' '));
    const score = (s: number | null | undefined): string => (s == null ? t('noScore') : figures.fixed(s, 2));
    return {
      labelOf: (d) => named((d.reference ?? d.after ?? d.before)?.label ?? ''),
      detailOf: (d) => {
        switch (d.kind) {
          case 'region-found': return t('score', { score: score(d.after?.score) });
          case 'region-lost': return t('wasScore', { score: score(d.before?.score) });
          case 'false-region-gained': case 'false-region-gone': return t('score', { score: score((d.after ?? d.before)?.score) });
          case 'label-fixed': case 'label-broken': return t('nameChange', { before: named(d.before?.label ?? ''), after: named(d.after?.label ?? '') });
          case 'box-better': case 'box-worse': return t('scoreChange', { before: score(d.before?.score), after: score(d.after?.score) });
        }
      },
    };
  }, [t, figures]);
}
