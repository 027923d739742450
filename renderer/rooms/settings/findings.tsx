// The site's findings, edited in place: what regions can be called, under which names they are typed, and what makes
// sense of them. Every change is stored at once and can be taken back by changing it again.
import { useId, useRef, useState, type ReactNode } from 'react';
import { side, type Side } from '../../../shared/domain/attributes.ts';
import { asOntology, findingNamed, removed, renamed, type Ontology, type OntologyFinding } from '../../../shared/domain/ontology.ts';
import { toWireError } from '../../../shared/errors.ts';
import type { Site } from '../../data/site.ts';
import { Failure } from '../../ui/failure.tsx';
import { useTranslations } from '../../words/language.tsx';
import { Cell } from './cell.tsx';
import { Download } from './download.tsx';
import { findingsCsv, findingsJson, readFindings } from './findings-file.ts';

const listed = (text: string): string[] => text.split(/[;,、]/).map((part) => part.trim()).filter((part) => part !== '');

export function Findings({ site }: { site: Site }): ReactNode {
  const t = useTranslations('site');
  const list: Ontology = site.settings.ontology ?? [...site.findings];
  const [error, setError] = useState<unknown>(null);
  const [told, setTold] = useState('');
  const file = useRef<HTMLInputElement>(null), labels = useId();
  const store = (ontology: Ontology): void => { setError(null); setTold(''); void site.change({ ontology }); };
  const update = (label: string, change: Partial<OntologyFinding>): void => store(list.map((f) => (f.label === label ? { ...f, ...change } : f)));
  const kindOf = (f: OntologyFinding, parent: string): void => { const { parent: _, ...rest } = f; store(list.map((x) => (x === f ? { ...rest, ...(parent === '' ? {} : { parent }) } : x))); };
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    try { const read = readFindings(await chosen.text()); setError(null); if (await site.change({ ontology: read })) setTold(t('imported', { n: read.length })); } catch (failure) { setError(toWireError(failure)); }
    if (file.current !== null) file.current.value = '';
  };
  return (
    <div className="stack">
      <p className="muted">{t('findingsTold')}</p>
      <datalist id={labels}>{list.map((f) => <option key={f.label} value={f.label} />)}</datalist>
      <div className="findings-table scroll"><table>
        <thead><tr>{(['label', 'phrase', 'synonyms', 'sides', 'parent', 'modalities'] as const).map((c) => <th key={c}>{t(`column.${c}`)}</th>)}<th><span className="visually-hidden">{t('remove')}</span></th></tr></thead>
        <tbody>
          {list.map((f) => (
            <tr key={f.label}>
              <td><Cell label={t('cell', { column: t('column.label'), finding: f.label })} value={f.label} onCommit={(label) => { if (label !== '') store(renamed(list, f.label, label)); }} /></td>
              <td><Cell label={t('cell', { column: t('column.phrase'), finding: f.label })} value={f.phrase} onCommit={(phrase) => { if (phrase !== '') update(f.label, { phrase }); }} /></td>
              <td><Cell label={t('cell', { column: t('column.synonyms'), finding: f.label })} value={f.synonyms.join(', ')} onCommit={(text) => update(f.label, { synonyms: listed(text) })} /></td>
              <td><Sides of={f} onChange={(sides) => update(f.label, { sides })} /></td>
              <td><Cell label={t('cell', { column: t('column.parent'), finding: f.label })} value={f.parent ?? ''} list={labels} onCommit={(parent) => kindOf(f, parent)} /></td>
              <td><Cell label={t('cell', { column: t('column.modalities'), finding: f.label })} value={f.modalities.join(', ')} placeholder={t('all')} onCommit={(text) => update(f.label, { modalities: listed(text) })} /></td>
              <td><button type="button" className="btn small danger" aria-label={t('removeFinding', { finding: f.label })} onClick={() => store(removed(list, f.label))}>{t('remove')}</button></td>
            </tr>
          ))}
        </tbody>
      </table></div>
      <div className="row findings-foot">
        <NewFinding onAdd={(label) => { if (findingNamed(list, label) === undefined) store([...list, asOntology({ label, phrase: label.replaceAll('_', ' ') })]); else setTold(t('known', { label })); }} />
        <span className="grow" />
        <input ref={file} type="file" accept=".json,.csv,text/csv,application/json" aria-label={t('fileToImport')} className="visually-hidden" tabIndex={-1} onChange={(e) => { void take(e.target.files?.[0]); }} />
        <button type="button" className="btn" onClick={() => file.current?.click()}>{t('import')}</button>
        <Download name="findings.json" text={() => findingsJson(list)}>{t('exportJson')}</Download>
        <Download name="findings.csv" text={() => findingsCsv(list)}>{t('exportCsv')}</Download>
      </div>
      {told !== '' && <p className="muted" role="status">{told}</p>}
      {error !== null && <Failure error={error} />}
    </div>
  );
}

function Sides({ of, onChange }: { of: OntologyFinding; onChange: (sides: Side[]) => void }): ReactNode {
  const t = useTranslations('site'), words = useTranslations('captions');
  return <div className="row" role="group" aria-label={t('cell', { column: t('column.sides'), finding: of.label })}>{side.options.map((s) => <button key={s} type="button" className="chip" aria-pressed={of.sides.includes(s)} onClick={() => onChange(side.options.filter((x) => (x === s ? !of.sides.includes(s) : of.sides.includes(x))))}>{words(`sideOf.${s}`)}</button>)}</div>;
}

function NewFinding({ onAdd }: { onAdd: (label: string) => void }): ReactNode {
  const t = useTranslations('site');
  const [label, setLabel] = useState('');
  return (
    <form className="row" onSubmit={(e) => { e.preventDefault(); if (label.trim() === '') return; onAdd(label.trim().normalize('NFC')); setLabel(''); }}>
      <input className="field" aria-label={t('newFinding')} placeholder={t('newFinding')} value={label} onChange={(e) => setLabel(e.target.value)} /><button type="submit" className="btn">{t('add')}</button>
    </form>
  );
}
