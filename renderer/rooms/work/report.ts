// The figures as a table that a spreadsheet opens: one figure a line, with what it is of and its interval. Names of columns
// and figures are not translated: reports of several sites are laid on each other.
import type { Share, Workflow } from '../../../shared/domain/workflow.ts';

/** A field of RFC 4180; what a spreadsheet would take for a formula is quoted with an apostrophe. */
const field = (v: string | number | null): string => {
  const text = v === null ? '' : String(v), safe = typeof v === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function reportCsv(w: Workflow): string {
  const lines: (string | number | null)[][] = [['figure', 'of', 'value', 'low', 'high', 'count', 'total']];
  const share = (figure: string, of: string, s: Share | null): void => { lines.push([figure, of, s?.value ?? null, s?.low ?? null, s?.high ?? null, s?.count ?? null, s?.of ?? null]); };
  const number = (figure: string, of: string, value: number | null): void => { lines.push([figure, of, value, null, null, null, null]); };
  number('cases', '', w.cases);
  number('decisions', '', w.decisions);
  for (const [name, value] of Object.entries(w.time)) number(`seconds or rate: ${name}`, '', value);
  share('accepted', 'proposals', w.accepted);
  share('rejected', 'proposals', w.rejected);
  for (const b of w.byScore) share('accepted', `proposals with scores from ${b.from} to ${b.to}`, b.accepted);
  share('decided within a second', 'proposals', w.hasty);
  share('taken for findings', 'planted proposals', w.fellFor);
  share('found without help', 'proposed findings', w.unaided);
  share('missed by the machine', 'findings', w.missed);
  for (const f of w.byFinding) { share('accepted', f.label, f.accepted); number('edited', f.label, f.edited); number('rejected', f.label, f.rejected); number('added', f.label, f.added); }
  for (const s of w.bySize) { share('accepted', `${s.size} regions`, s.accepted); number('edited', `${s.size} regions`, s.edited); number('added', `${s.size} regions`, s.added); number('overlap of edited boxes', `${s.size} regions`, s.overlap); }
  for (const a of w.agreement) { const of = `cases read by ${a.readers} readers`; number('cases', of, a.cases); share('marked by all', `places of ${of}`, a.shared); number(a.readers === 2 ? "Cohen's kappa" : "Fleiss' kappa", of, a.kappa); number('overlap of marks', of, a.overlap); }
  return `${lines.map((l) => l.map(field).join(',')).join('\r\n')}\r\n`;
}
