// What the readers of this site have written before, to be offered as somebody types: the captions of findings, each
// with how often it stands there. Captions that were put together give their phrase alone, for place and size are every
// region's own. Counted once from the rows, then kept up from the journal's records.
import { phraseOf } from '../../shared/domain/caption.ts';
import type { Row } from '../../shared/domain/diff.ts';
import { folded } from '../../shared/domain/ontology.ts';
import { isFinding } from '../../shared/domain/region.ts';
import type { Journal } from './journal.ts';

interface Written { readonly text: string; readonly phrase: boolean; readonly searched: string; count: number; readonly labels: Map<string, number> }
export interface EarlierCaption { readonly text: string; /** The finding's part of a sentence, to be put together for another box. */ readonly phrase: boolean; readonly count: number }

const recordsAtOnce = 500;

export class EarlierCaptions {
  readonly #journal: Journal;
  readonly #known = new Map<string, Written>();
  #seq: number | null = null;

  constructor(journal: Journal) { this.#journal = journal; }

  /** Those that begin with `text`, then those in which each of its words begins a word; of findings called `label` first, most used first. */
  find(text: string, label: string, limit: number): EarlierCaption[] {
    this.#catchUp();
    const typed = folded(text), words = typed.split(' ').filter((w) => w !== '');
    if (words.length === 0) return [];
    const found: { written: Written; rank: number }[] = [];
    for (const written of this.#known.values()) {
      if (written.searched.length === typed.length) continue;
      const rank = written.searched.startsWith(typed) ? 0 : words.every((w) => begins(written.searched, w)) ? 2 : null;
      if (rank !== null) found.push({ written, rank: rank + (written.labels.has(label) ? 0 : 1) });
    }
    found.sort((a, b) => a.rank - b.rank || b.written.count - a.written.count || (a.written.text < b.written.text ? -1 : 1));
    return found.slice(0, limit).map(({ written: w }) => ({ text: w.text, phrase: w.phrase, count: w.count }));
  }

  #catchUp(): void {
    if (this.#seq === null) {
      this.#seq = this.#journal.seq;
      for (const { caption, label, count } of this.#journal.captions()) this.#add(caption, label, count);
      return;
    }
    while (this.#seq < this.#journal.seq) {
      const records = this.#journal.records(this.#seq, recordsAtOnce, null);
      for (const { diff } of records) {
        for (const row of [...diff.removed, ...diff.updated.map(([before]) => before)]) this.#count(row, -1);
        for (const row of [...diff.added, ...diff.updated.map(([, after]) => after)]) this.#count(row, 1);
      }
      this.#seq = records.at(-1)?.seq ?? this.#journal.seq;
    }
  }
  #count(row: Row, by: 1 | -1): void { if (row.table === 'regions' && isFinding(row)) this.#add(row.caption, row.label, by); }

  #add(caption: string, label: string, by: number): void {
    const own = phraseOf(caption), text = own ?? caption, key = `${own === null ? '' : 'phrase '}${text}`;
    if (text === '') return;
    const w = this.#known.get(key) ?? { text, phrase: own !== null, searched: folded(text), count: 0, labels: new Map<string, number>() };
    const ofLabel = (w.labels.get(label) ?? 0) + by;
    w.count += by;
    if (ofLabel > 0) w.labels.set(label, ofLabel); else w.labels.delete(label);
    if (w.count > 0) this.#known.set(key, w); else this.#known.delete(key);
  }
}

/** Japanese is written without blanks: a word of it begins anywhere. */
const begins = (text: string, word: string): boolean => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word) ? text.includes(word) : ` ${text}`.includes(` ${word}`);
