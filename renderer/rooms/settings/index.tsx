// Settings: this workspace and its checks, exports, how the page looks, and all keys.
import { useState, type ReactNode } from 'react';
import type { Progress } from '../../../shared/contracts/host.ts';
import { useAnswer, useProgram } from '../../data/program.tsx';
import { Keys, useAllActions } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { ProgressLine } from '../../ui/progress.tsx';
import { InTopLine } from '../../ui/status-line.tsx';
import { applyTheme, storedTheme, theme, type Theme } from '../../ui/theme.ts';
import { count } from '../../ui/words.ts';
import './settings.css';

export function SettingsRoom(): ReactNode {
  const { host } = useProgram();
  const info = useAnswer(() => host.info({}), [host]).value;
  const [look, setLook] = useState<Theme>(storedTheme);
  const choose = (next: Theme): void => { applyTheme(next); setLook(next); };
  return (
    <div className="settings scroll">
      <InTopLine><h1>Settings</h1></InTopLine>
      <div className="settings-columns">
        <section className="card stack"><h2 className="title">This workspace</h2>
          {info !== undefined && <dl><dt>Folder</dt><dd>{info.workspace}</dd><dt>Reader</dt><dd>{info.actor}</dd><dt>Decisions stored</dt><dd>{info.seq.toLocaleString('en')}</dd><dt>Model in use</dt><dd>{info.champion}</dd><dt>Device</dt><dd>{info.device === null ? 'not known yet' : <>{info.device.name.toUpperCase()}{info.device.verified ? ', checked' : ''}<span className="faint reason">{info.device.reason}</span></>}</dd><dt>Program</dt><dd>{info.version}, {info.host === 'web' ? 'in the browser window' : 'desktop'}</dd></dl>}
          <Verify /></section>
        <section className="card stack"><h2 className="title">Export the reviewed set</h2><p className="muted">Signed-off cases with their images, boxes, names and captions, for other programs.</p><Export /></section>
        <section className="card stack"><h2 className="title">Look</h2><div className="row" role="group" aria-label="Theme">{theme.options.map((t) => <button key={t} type="button" className="chip" aria-pressed={look === t} onClick={() => choose(t)}>{t}</button>)}</div><p className="faint">Images stay on black in both.</p></section>
        <section className="card stack"><h2 className="title">About</h2><p>RegionMed Studio helps physicians to annotate medical images and to improve the model that proposes. <strong>It is decision support for annotation, not a diagnosis.</strong></p><p className="muted">Nothing leaves this computer. Studies marked PHANTOM were made by the program; they are nobody’s images.</p></section>
        <section className="card stack wide"><h2 className="title">Keys</h2><KeyList /></section>
      </div>
    </div>
  );
}

function Verify(): ReactNode {
  const { host } = useProgram();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [answer, setAnswer] = useState<{ records: number; blobs: number; damaged: readonly string[] } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const run = (): void => {
    setError(null); setAnswer(null); setProgress({ done: 0, of: null, name: '', secondsLeft: null });
    host.verify({}, { onEvent: setProgress }).then(setAnswer, setError).finally(() => setProgress(null));
  };
  return (
    <div className="stack">
      <div><button type="button" className="btn" disabled={progress !== null} onClick={run}>Check everything stored</button></div>
      {progress !== null && <ProgressLine what="Checking images and decisions" done={progress.done} of={progress.of} secondsLeft={progress.secondsLeft} />}
      {answer !== null && (answer.damaged.length === 0 ? <div className="notice good" role="status">All {count(answer.records, 'decision')} and {count(answer.blobs, 'stored file')} are whole.</div> : <div className="notice bad" role="alert"><div><strong>{answer.damaged.length} damaged</strong><ul>{answer.damaged.map((d) => <li key={d}>{d}</li>)}</ul><p className="muted">Restore the workspace from its last copy, or import the named images again.</p></div></div>)}
      {error !== null && <Failure error={error} />}
    </div>
  );
}

function Export(): ReactNode {
  const { host } = useProgram();
  const [made, setMade] = useState<{ url: string; cases: number; regions: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const run = (format: 'jsonl' | 'coco'): void => { setError(null); setMade(null); host.exportReviewed({ format }).then(setMade, setError); };
  return (
    <div className="stack">
      <div className="row"><button type="button" className="btn" onClick={() => run('coco')}>Export as COCO</button><button type="button" className="btn" onClick={() => run('jsonl')}>Export as JSON lines</button></div>
      {made !== null && <div className="notice good" role="status"><span className="grow">{count(made.cases, 'case')}, {count(made.regions, 'region')}.</span><a className="btn small" href={made.url} download>Save the file</a></div>}
      {error !== null && <Failure error={error} />}
    </div>
  );
}

/** The keys of the rooms that were visited; the palette lists those of the room in front. */
function KeyList(): ReactNode {
  const groups = useAllActions();
  const [shown] = useState(groups);
  return (
    <div className="key-groups">
      {[...shown, ...reference].map((g) => <div key={g.title}><h2>{g.title}</h2><table><tbody>{g.actions.filter((a) => a.keys.length > 0).map((a) => <tr key={a.name}><td>{a.name}</td><td className="num"><Keys of={a.keys[0] ?? ''} /></td></tr>)}</tbody></table></div>)}
    </div>
  );
}

/** What the pointer does, and the keys of the review, which is asleep while this room is in front. */
const reference: readonly { title: string; actions: readonly { name: string; keys: readonly string[] }[] }[] = [
  { title: 'Review', actions: [['Accept', 'A'], ['Edit the caption', 'E'], ['Name the finding', 'F'], ['Reject or remove', 'X'], ['Add a region', 'N'], ['Hide the regions', 'H'], ['Next undecided region', 'Tab'], ['Sign off, next case', 'Ctrl Enter'], ['Undo', 'Ctrl Z'], ['Redo', 'Ctrl Y'], ['Move the region by a pixel', 'Arrows'], ['Resize it by a pixel', 'Ctrl Arrows'], ['… by ten pixels', 'Shift'], ['Add in the middle', 'N, then Enter'], ['Next case', 'PageDown']].map(([name = '', key = '']) => ({ name, keys: [key] })) },
  { title: 'On the image', actions: [['Zoom', 'Wheel'], ['Zoom', 'Right drag'], ['Move the image', 'Middle drag'], ['Move the image', 'Space drag'], ['Window and level', 'W, then drag'], ['Windows', '1 – 4'], ['Fit', '='], ['Invert', 'I'], ['Look closely', 'Z']].map(([name = '', key = '']) => ({ name: `${name} `, keys: [key] })) },
];
