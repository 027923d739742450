// The site's findings: what a region can be called. The network chooses among labels and phrases; synonyms are what
// people type; sides, parents and modalities say what makes sense where. Lists come in as JSON or CSV.
import { z } from 'zod';
import { side } from './attributes.ts';
import { finding, type Finding } from './caption.ts';

export const ontologyFinding = finding.extend({
  synonyms: z.array(z.string().trim().min(1)).default([]),
  /** Sides of the patient it can be on; empty where it has none, such as a finding of the midline. */
  sides: z.array(side).default(['left', 'right', 'both']),
  /** Label of the finding that this is a kind of. */
  parent: z.string().min(1).optional(),
  /** Modalities it is offered in; empty for all. */
  modalities: z.array(z.string().trim().min(1)).default([]),
});
export type OntologyFinding = z.infer<typeof ontologyFinding>;

/** How names are compared: "Hard_Exudate" is "hard exudate", in whatever Unicode form it was typed. */
export const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('_', ' ').replace(/\s+/g, ' ').trim();

export const ontology = z.array(ontologyFinding).check((context) => {
  const labels = context.value.map((f) => folded(f.label));
  for (const [i, f] of context.value.entries()) {
    if (labels.indexOf(folded(f.label)) !== i) context.issues.push({ code: 'custom', message: `The finding "${f.label}" is there twice.`, input: f.label, path: [i, 'label'] });
    if (f.parent !== undefined && ancestorsOf(context.value, f).includes(f.label)) context.issues.push({ code: 'custom', message: `The finding "${f.label}" is a kind of itself.`, input: f.parent, path: [i, 'parent'] });
    if (f.parent !== undefined && !labels.includes(folded(f.parent))) context.issues.push({ code: 'custom', message: `"${f.parent}", of which "${f.label}" is a kind, is not among the findings.`, input: f.parent, path: [i, 'parent'] });
  }
});
export type Ontology = z.infer<typeof ontology>;

/** Labels of what this finding is a kind of, the nearest first; ends where a chain closes on itself. */
export function ancestorsOf(findings: readonly OntologyFinding[], of: OntologyFinding): string[] {
  const found: string[] = [];
  for (let at = of.parent; at !== undefined && !found.includes(at); at = findings.find((f) => f.label === at)?.parent) found.push(at);
  return found;
}

/** A finding that came without more than its name: from the network, or from what people called regions. */
export const asOntology = ({ label, phrase }: Finding): OntologyFinding => ({ label, phrase, synonyms: [], sides: ['left', 'right', 'both'], modalities: [] });

/** Every name of a finding, folded, the label first. */
export const namesOf = (f: OntologyFinding): string[] => [...new Set([f.label, f.phrase, ...f.synonyms].map(folded))];

/** The finding that goes by exactly this name. A label wins over another finding's synonym. */
export function findingNamed<F extends OntologyFinding>(findings: readonly F[], name: string): F | undefined {
  const text = folded(name);
  return findings.find((f) => folded(f.label) === text) ?? findings.find((f) => folded(f.phrase) === text) ?? findings.find((f) => namesOf(f).includes(text));
}

/** The site's list, and after it what is in use under names that the list does not know. */
export function withUsed(list: Ontology, used: readonly Finding[]): OntologyFinding[] {
  const taken = new Set(list.flatMap(namesOf));
  return [...list, ...used.filter((f) => !taken.has(folded(f.label)) && !taken.has(folded(f.phrase))).map(asOntology)];
}

export interface Match { readonly finding: OntologyFinding; /** The synonym that was typed, where it was not the label. */ readonly by: string | null }

/**
 * What somebody who typed `text` may mean, likeliest first: a whole name, then how a name begins, then how a word of it
 * begins. `first` (labels) come before others that match as well; without text they stand at the head of all.
 */
export function matching(findings: readonly OntologyFinding[], text: string, modality: string, first: readonly string[] = []): Match[] {
  const typed = folded(text), words = typed.split(' ');
  const suits = (f: OntologyFinding): boolean => f.modalities.length === 0 || f.modalities.some((m) => folded(m) === folded(modality));
  const closeness = (name: string): number => name === typed ? 0 : name.startsWith(typed) ? 1 : words.every((w) => name.split(/[\s-]/).some((own) => own.startsWith(w))) ? 2 : typed.length > 2 && name.includes(typed) ? 3 : 4;
  const rankOf = (label: string): number => { const at = first.indexOf(label); return at < 0 ? first.length : at; };
  return findings.filter(suits).flatMap((f) => {
    const own = namesOf(f), close = own.map(closeness), best = Math.min(...close), name = own[close.indexOf(best)] ?? '';
    const shown = name === folded(f.label) || name === folded(f.phrase) ? null : f.synonyms.find((s) => folded(s) === name) ?? null;
    return best > 3 ? [] : [{ finding: f, by: typed === '' ? null : shown, best, rank: rankOf(f.label) }];
  }).sort((a, b) => a.best - b.best || a.rank - b.rank || (a.finding.label < b.finding.label ? -1 : 1)).map(({ finding: found, by }) => ({ finding: found, by }));
}

/** Another label, the old one kept as a synonym: what was called so before is still found. Kinds of it stay so. */
export function renamed(list: Ontology, label: string, to: string): Ontology {
  return list.map((f) => f.label === label ? { ...f, label: to, synonyms: [...new Set([...f.synonyms.filter((s) => folded(s) !== folded(to)), label])] } : f.parent === label ? { ...f, parent: to } : f);
}

/** Without this finding; kinds of it become kinds of what it was a kind of. */
export function removed(list: Ontology, label: string): Ontology {
  const gone = list.find((f) => f.label === label);
  return list.filter((f) => f !== gone).map((f) => { const { parent, ...rest } = f; return parent !== label ? f : gone?.parent === undefined ? rest : { ...rest, parent: gone.parent }; });
}
