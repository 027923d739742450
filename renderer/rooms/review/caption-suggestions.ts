// What is offered while a caption is typed: a snippet's text, what the network sees in the box, what readers of this
// site wrote before, and the name that a last word begins. What is at hand is offered at once; the host's answer joins it.
import { useEffect, useRef, useState } from 'react';
import { attributedCaption } from '../../../shared/domain/caption.ts';
import type { Box, Size, Spaced } from '../../../shared/domain/geometry.ts';
import { folded, matching, type OntologyFinding } from '../../../shared/domain/ontology.ts';
import type { Snippet } from '../../../shared/domain/settings.ts';

/** What the network sees in a box, most probable first. */
export interface Suggestion { readonly label: string; readonly caption: string; readonly probability: number }
export interface Offer { readonly text: string; readonly from: 'model' | 'site' | 'finding' | 'snippet'; /** A probability, how often it was written, or nothing. */ readonly figure: number | null }
export interface EarlierCaption { readonly text: string; readonly phrase: boolean; readonly count: number }
export interface Offering {
  readonly findings: readonly OntologyFinding[];
  readonly snippets: readonly Snippet[];
  readonly modality: string;
  /** The region's own, null for the whole image. */
  readonly region: { readonly label: string; readonly box: Box; readonly image: Size & Spaced; readonly model: readonly Suggestion[] } | null;
  /** The host's answer; the page goes on without it. */
  readonly earlier: (text: string, label: string) => Promise<readonly EarlierCaption[]>;
}

const most = 5;

/** ";h " becomes the snippet's text: null where no snippet has just been ended. `caret` is where the next letter goes. */
export function expanded(text: string, caret: number, snippets: readonly Snippet[]): { readonly text: string; readonly caret: number } | null {
  const [ending, key] = /;([\p{L}\p{N}]{1,12})[ \u3000]$/u.exec(text.slice(0, caret)) ?? [];
  const snippet = key === undefined ? undefined : snippets.find((s) => folded(s.key) === folded(key));
  if (ending === undefined || snippet === undefined) return null;
  const head = `${text.slice(0, caret - ending.length)}${snippet.text}`;
  return { text: `${head} ${text.slice(caret)}`, caret: head.length + 1 };
}

/** What can be offered without asking anybody, the likeliest first. */
export function offersAtHand(text: string, o: Offering): Offer[] {
  const typed = folded(text), found: Offer[] = [];
  const open = /;([\p{L}\p{N}]{0,12})$/u.exec(text);
  if (open !== null) return o.snippets.filter((s) => folded(s.key).startsWith(folded(open[1] ?? ''))).map((s) => ({ text: `${text.slice(0, open.index)}${s.text} `, from: 'snippet', figure: null }));
  for (const s of o.region?.model ?? []) if (typed === '' || folded(s.caption).startsWith(typed) || folded(s.label).startsWith(typed)) found.push({ text: s.caption, from: 'model', figure: s.probability });
  // The last word, or the last two, may be the beginning of a name.
  for (const words of [3, 2, 1]) {
    const tail = new RegExp(`(?:^|[\\s、。,])((?:[\\p{L}\\p{N}-]+\\s+){${words - 1}}[\\p{L}\\p{N}-]{2,})$`, 'u').exec(text)?.[1];
    if (tail === undefined) continue;
    const begun = folded(tail);
    for (const { finding } of matching(o.findings, tail, o.modality, o.region?.model.map((m) => m.label))) {
      const name = [finding.phrase, ...finding.synonyms].find((n) => folded(n).startsWith(begun) && folded(n) !== begun);
      if (name !== undefined) found.push({ text: `${text.slice(0, text.length - tail.length)}${begun === folded(name.slice(0, tail.length)) ? tail + name.slice(tail.length) : name}`, from: 'finding', figure: null });
    }
  }
  return distinct(found, text);
}

/** Earlier captions as they would stand here: a phrase is put together for this box. */
export function earlierOffers(earlier: readonly EarlierCaption[], o: Offering): Offer[] {
  const { region } = o;
  return earlier.flatMap((c): Offer[] => (!c.phrase ? [{ text: c.text, from: 'site', figure: c.count }] : region === null ? [] : [{ text: attributedCaption(c.text, region.box, region.image), from: 'site', figure: c.count }]));
}

const distinct = (offers: readonly Offer[], text: string): Offer[] => offers.filter((o, i) => folded(o.text) !== folded(text) && offers.findIndex((x) => folded(x.text) === folded(o.text)) === i).slice(0, most);

/** Offers for what is typed; none while `text` is null. An answer that comes late, for other words, is dropped. */
export function useOffers(text: string | null, o: Offering): readonly Offer[] {
  const [earlier, setEarlier] = useState<{ readonly for: string; readonly found: readonly EarlierCaption[] }>({ for: '', found: [] });
  const { earlier: ask, region } = o, label = region?.label ?? '', latest = useRef('');
  useEffect(() => {
    latest.current = text ?? '';
    if (text === null || text.trim().length < 2) return;
    ask(text.trim(), label).then((found) => { if (latest.current === text) setEarlier({ for: text, found }); }, () => undefined);
  }, [text, label, ask]);
  if (text === null) return [];
  const near = offersAtHand(text, o), far = earlier.for === text ? earlierOffers(earlier.found, o) : [];
  const begun = (x: Offer): boolean => folded(x.text).startsWith(folded(text));
  return distinct([...near.filter(begun), ...far.filter(begun), ...near, ...far], text);
}
