// No string that a person reads is left in the page's code: they are in the catalogues. Every file is parsed, and what
// JSX shows, names or titles with letters in it is told, as are sentences anywhere else.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';

const renderer = path.join(import.meta.dirname, '..', '..', '..', 'renderer');
/** The same in every language: the program's name, units, keys in brackets. */
const allowed = /RegionMed Studio|\b(?:mm|px)\b|\((?:(?:Ctrl|Alt|Shift) )*[A-Z]\)/g;
const shownAttributes = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'what']);
/** Fields whose string is shown: an action's name, a group's title, a mark's label. */
const shownFields = new Set(['name', 'title', 'label']);
/** A failure's sentence, which is English wherever it is made (ui/failure.tsx). */
const otherFields = new Set(['message']);
/** Names that are keys of the catalogues. */
const keyed = new Set(['canvas/presets.ts']);
/** Tables for other programs, whose columns are the same in every language. */
const untranslated = new Set(['rooms/work/report.ts']);

interface Node { readonly type: string; readonly start: number; readonly [key: string]: unknown }
const isNode = (v: unknown): v is Node => typeof v === 'object' && v !== null && 'type' in v && typeof v.type === 'string' && 'start' in v;
const childrenOf = (n: Node): [string, Node][] => Object.entries(n).flatMap(([key, v]) => (isNode(v) ? [[key, v] as [string, Node]] : Array.isArray(v) ? v.filter(isNode).map((c) => [key, c] as [string, Node]) : []));
const textOf = (n: Node): string[] => (n.type === 'Literal' && typeof n['value'] === 'string' ? [n['value']] : n.type === 'JSXText' ? [String(n['value'])] : n.type === 'TemplateLiteral' && Array.isArray(n['quasis']) ? n['quasis'].map((q: { value: { cooked: string } }) => q.value.cooked) : []);
const nameOf = (n: unknown): string => (isNode(n) ? [n['name'], n['value']].find((v) => typeof v === 'string') ?? '' : '');

/** The values an expression can have: both sides of a condition, what stands behind &&. */
const valuesOf = (n: Node): Node[] => n.type === 'ConditionalExpression' ? [n['consequent'], n['alternate']].filter(isNode).flatMap(valuesOf)
  : n.type === 'LogicalExpression' ? [n['left'], n['right']].filter(isNode).flatMap(valuesOf) : n.type === 'JSXExpressionContainer' && isNode(n['expression']) ? valuesOf(n['expression']) : [n];
/** Notices, the document's title. */
const saidBy = (n: Node): unknown[] => n.type === 'CallExpression' && /^(?:say|perform)$/.test(nameOf(isNode(n['callee']) && n['callee'].type === 'MemberExpression' ? n['callee']['property'] : n['callee'])) && Array.isArray(n['arguments']) ? n['arguments'].slice(0, 1)
  : n.type === 'AssignmentExpression' && isNode(n['left']) && n['left'].type === 'MemberExpression' && nameOf(n['left']['property']) === 'title' ? [n['right']] : [];
const isWord = (text: string): boolean => /\p{L}/u.test(text.replace(allowed, ''));
const isChord = (text: string): boolean => /^(?:(?:Ctrl|Alt|Shift) )+\S+$/.test(text);
const isSentence = (text: string): boolean => !isChord(text) && /^\p{Lu}?\p{Ll}+(?: \p{L}+){2,}|\p{Ll} \p{Ll}+[.…?!]$|[\p{Script=Han}\p{Script=Hiragana}]/u.test(text);

/** "line: text" for every string that belongs into the catalogues. */
function leftBehind(name: string, source: string): string[] {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name} cannot be parsed: ${errors[0]?.message}`);
  const found = new Map<number, string>();
  const tell = (n: unknown, wrong: (text: string) => boolean): void => { if (isNode(n)) for (const v of valuesOf(n)) for (const text of textOf(v)) if (wrong(text)) found.set(v.start, `${name}:${source.slice(0, v.start).split('\n').length} ${text.trim()}`); };
  const visit = (n: Node): void => {
    // A bug's words are for its report.
    if (n.type === 'NewExpression' && /^(?:App)?Error$/.test(nameOf(n['callee'])) || n.type === 'Property' && otherFields.has(nameOf(n['key']))) return;
    if (n.type === 'ImportDeclaration' || n.type === 'ExportNamedDeclaration' && n['source'] !== null) return;
    if (n.type.startsWith('TS') && n.type !== 'TSAsExpression' && n.type !== 'TSSatisfiesExpression') return;
    if (n.type === 'JSXAttribute') {
      const attribute = nameOf(n['name']);
      if (shownAttributes.has(attribute)) tell(n['value'], isWord);
      if (attribute === 'className' || attribute === 'style' || attribute === 'd') return;
    }
    if (n.type === 'JSXElement' || n.type === 'JSXFragment') for (const [key, c] of childrenOf(n)) if (key === 'children') tell(c, isWord);
    if (n.type === 'Property' && !keyed.has(name) && shownFields.has(nameOf(n['key']))) tell(n['value'], isWord);
    for (const said of saidBy(n)) tell(said, isWord);
    tell(n, isSentence);
    for (const [, c] of childrenOf(n)) visit(c);
  };
  visit(program as unknown as Node);
  return [...found.values()];
}

test('what belongs into the catalogues is found, what does not is not', () => {
  const told = leftBehind('planted.tsx', `
    const words = { new: 'no proposals were made yet' };
    useActions([{ id: 'case.redo', name: 'Do it', run }, { id: 'case.undo', name: late ? \`Undo \${what}\` : t('redo') }]);
    const chord = 'Ctrl Shift Z';
    document.title = 'Planted';
    sync.say('Nothing happened.');
    const a = <p title="Told" className="btn small wide">Shown {late ? 'late' : t('early')} {n > 0 && \`\${n} waiting\`}</p>;
    const b = <input aria-label={folded ? 'Show' : 'Fold'} placeholder="Find…" />;
    const c = <p className={late ? 'late one' : 'early'}>{t('shown')} · {n} mm × {m}</p>;
    throw new AppError('conflict', 'This was changed meanwhile by somebody.');
  `).map((line) => line.replace(/^.*?:\d+ /, ''));
  expect(told.sort()).toEqual(['Do it', 'Find…', 'Fold', 'Nothing happened.', 'Planted', 'Show', 'Shown', 'Told', 'Undo', 'late', 'no proposals were made yet', 'waiting']);
});

test('no string is left in the page', () => {
  const files = readdirSync(renderer, { recursive: true, withFileTypes: true }).filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && path.basename(e.parentPath) !== 'words').map((e) => path.join(e.parentPath, e.name));
  expect(files.length).toBeGreaterThan(40);
  expect(files.map((file) => ({ file, name: path.relative(renderer, file).split(path.sep).join('/') })).filter(({ name }) => !untranslated.has(name)).flatMap(({ file, name }) => leftBehind(name, readFileSync(file, 'utf8')))).toEqual([]);
});
