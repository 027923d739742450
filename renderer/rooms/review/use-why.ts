// What is known of why the chosen region is there, and what a person wants to see of it. Nothing is asked of the model
// before the panel is open; while one hurries through the regions, only the one that is stayed with is asked about.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { HostContract, HostEvent, Precedent } from '../../../shared/contracts/host.ts';
import type { Explanation } from '../../../shared/contracts/inference.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { Client } from '../../../shared/rpc/contract.ts';
import type { Overlay } from '../../canvas/heat-map.ts';
import { useAnswer, useHostEvents, useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';

export type MapName = 'heat' | 'surroundings';
export interface Precedents { readonly found: readonly Precedent[]; readonly compared: number; readonly of: number }
export type Explained = Explanation & { readonly version: string };
/** An answer: not there yet, there, or the model is away. */
export type Asked<T> = T | 'asking' | 'away';
export interface Why {
  readonly region: RegionRow;
  readonly study: CaseRow;
  /** Whether scores of the model that proposed it are probabilities; null while that is asked. */
  readonly calibrated: boolean | null;
  readonly open: boolean;
  readonly toggle: () => void;
  readonly explained: Asked<Explained>;
  readonly precedents: Asked<Precedents>;
  readonly shown: MapName | null;
  readonly show: (map: MapName | null) => void;
  readonly opacity: number;
  readonly setOpacity: (opacity: number) => void;
  /** Whether the map stays on when another region is chosen. */
  readonly pinned: boolean;
  readonly setPinned: (pinned: boolean) => void;
  /** Of the explanation's context: 0 is the region alone. */
  readonly step: number;
  readonly setStep: (step: number) => void;
}

/** Milliseconds that a region is stayed with before the model is asked, and between questions while regions are still compared. */
const stay = 150, again = 1000;
export const precedentLimit = 6;
const key = 'regionmed-why';

/** A version never changes: what is known of it stays known. */
const calibrations = new Map<string, boolean>();
async function isCalibrated(host: Client<HostContract>, version: string): Promise<boolean> {
  if (!calibrations.has(version)) for (const { manifest } of (await host.models({})).models) calibrations.set(manifest.version, manifest.calibration !== undefined);
  return calibrations.get(version) ?? false;
}

/** The panel that was opened, from its first line on, with the keyboard in it. */
function reveal(): void {
  const body = document.getElementById('why');
  body?.focus({ preventScroll: true });
  body?.parentElement?.scrollIntoView({ block: 'start' });
}

export function useWhy(study: CaseRow, region: RegionRow | undefined): { readonly why: Why | null; readonly overlay: Overlay | undefined } {
  const { host, inference } = useProgram();
  const t = useTranslations('why');
  const [open, setOpen] = useState(() => localStorage.getItem(key) === 'open');
  const [turn, setTurn] = useState(0);
  const [explained, setExplained] = useState<{ of: string; answer: Asked<Explained> }>({ of: '', answer: 'asking' });
  const [precedents, setPrecedents] = useState<{ of: string; answer: Asked<Precedents> }>({ of: '', answer: 'asking' });
  const [map, setMap] = useState<{ name: MapName; region: string } | null>(null);
  const [opacity, setOpacity] = useState(0.6);
  const [pinned, setPinned] = useState(false);
  const [stepped, setStepped] = useState<{ of: string; step: number }>({ of: '', step: 0 });
  const kept = useRef(new Map<string, Explained>());

  const model = region?.proposal?.model ?? null;
  const calibrated = useAnswer(async () => (model === null ? false : isCalibrated(host, model)), [host, model]).value ?? null;
  // It is the proposal that is explained, as it was made; what was drawn by hand, as it is.
  const asked = region === undefined ? null : { box: region.proposal?.box ?? region.box, label: region.proposal?.label ?? region.label };
  const of = region === undefined ? '' : JSON.stringify([region.id, asked]);

  useHostEvents(useCallback((event: HostEvent) => { if (event.kind === 'engine' && event.engine === 'inference' && event.state === 'ready') setTurn((n) => n + 1); }, []));
  useEffect(() => {
    if (!open || asked === null) return undefined;
    let present = true, waiting: ReturnType<typeof setTimeout> | undefined;
    const image = { pixels: study.pixels, modality: study.modality }, label = asked.label === '' ? {} : { label: asked.label };
    const known = kept.current.get(of);
    const explain = async (): Promise<Explained> => { const answer = await (await inference()).explain({ image, box: asked.box, ...label }); kept.current.set(of, answer); return answer; };
    const compare = async (): Promise<void> => {
      const answer = await host.precedents({ caseId: study.id, box: asked.box, limit: precedentLimit });
      if (!present) return;
      setPrecedents({ of, answer });
      if (answer.compared < answer.of) waiting = setTimeout(() => ask(compare, setPrecedents), again);
    };
    const ask = (work: () => Promise<void>, fail: (state: { of: string; answer: 'away' }) => void): void => { work().catch(() => { if (present) fail({ of, answer: 'away' }); }); };
    if (known !== undefined) setExplained({ of, answer: known });
    waiting = setTimeout(() => {
      if (known === undefined) ask(async () => { const answer = await explain(); if (present) setExplained({ of, answer }); }, setExplained);
      ask(compare, setPrecedents);
    }, stay);
    return () => { present = false; clearTimeout(waiting); };
    // `of` says what is asked; `turn`, that the model is back.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [open, of, turn, study.id, host, inference]);

  const toggle = (): void => { localStorage.setItem(key, open ? 'folded' : 'open'); setOpen(!open); };
  const known = explained.of === of ? explained.answer : 'asking', explanation = typeof known === 'string' ? null : known;
  const shown = open && region?.proposal != null && map !== null && (pinned || map.region === region.id) ? map.name : null;
  const show = (name: MapName | null): void => setMap(name === null || region === undefined ? null : { name, region: region.id });
  const last = explanation === null ? 0 : explanation.context.length - 1, step = stepped.of === of ? Math.min(last, stepped.step) : last;
  const setStep = (next: number): void => setStepped({ of, step: Math.min(last, Math.max(0, next)) });
  const overlaid = shown === null || explanation === null ? null : explanation[shown];

  useActions([
    { id: 'why.open', name: open ? t('action.fold') : t('action.open'), run: () => { toggle(); if (!open) setTimeout(reveal); }, enabled: region !== undefined },
    { id: 'why.heat', name: shown === null ? t('action.show') : t('action.hide'), run: () => { if (!open) toggle(); show(shown === null ? 'heat' : null); }, enabled: region?.proposal != null },
    { id: 'why.surroundings', run: () => { if (!open) toggle(); show('surroundings'); }, enabled: region?.proposal != null },
    { id: 'why.pin', name: pinned ? t('action.unpin') : t('action.pin'), run: () => setPinned(!pinned), enabled: shown !== null },
    { id: 'why.less', run: () => setStep(step - 1), enabled: open && explanation !== null },
    { id: 'why.more', run: () => setStep(step + 1), enabled: open && explanation !== null },
  ]);

  return {
    overlay: overlaid === null ? undefined : { map: overlaid, scale: shown === 'heat' ? 'diverging' : 'sequential', opacity },
    why: region === undefined ? null : {
      region, study, calibrated, open, toggle, explained: known, precedents: precedents.of === of ? precedents.answer : 'asking', shown, show, opacity, setOpacity, step, setStep,
      pinned, setPinned: (on) => { setPinned(on); if (!on && shown !== null) show(shown); },
    },
  };
}
