// The tools at the foot of the image, in groups: looking, drawing outlines, painting, marking, the view, undo.
import { Fragment, type ReactNode } from 'react';
import { isDrawing, type Tool } from '../../canvas/tools/tool.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { useTranslations } from '../../words/language.tsx';

const groups: readonly (readonly { readonly tool: Tool & IconName; readonly key: string }[])[] = [
  [{ tool: 'select', key: 'V' }, { tool: 'window', key: 'W' }, { tool: 'pan', key: 'M' }],
  [{ tool: 'box', key: 'N' }, { tool: 'ellipse', key: 'O' }, { tool: 'polygon', key: 'G' }, { tool: 'freehand', key: 'D' }],
  [{ tool: 'brush', key: 'B' }, { tool: 'eraser', key: 'Shift B' }],
  [{ tool: 'point', key: 'T' }, { tool: 'outline', key: 'Q' }],
];
export const toolKeys: ReadonlyMap<Tool, string> = new Map(groups.flat().map(({ tool, key }) => [tool, key]));

export interface ToolBarProps { readonly tool: Tool; readonly locked: boolean; readonly onTool: (t: Tool) => void; readonly onFit: () => void; readonly onZoom: (factor: number) => void; readonly onInvert: () => void; readonly onUndo: () => void; readonly onRedo: () => void }

export function ToolBar(p: ToolBarProps): ReactNode {
  const t = useTranslations('review'), stage = useTranslations('stage');
  const button = (name: string, icon: IconName, keys: string, run: () => void, pressed?: boolean, disabled = false): ReactNode =>
    <button key={name} type="button" className="tool" title={`${name} (${keys})`} aria-label={name} aria-pressed={pressed} disabled={disabled} onClick={run}><Icon name={icon} /></button>;
  return (
    <div className="tool-bar" role="toolbar" aria-label={t('tools')}>
      {groups.map((group, i) => <Fragment key={group[0]?.tool}>{i > 0 && <i />}{group.map(({ tool, key }) => button(t(`tool.${tool}`), tool, key, () => p.onTool(tool), p.tool === tool, p.locked && isDrawing(tool)))}</Fragment>)}
      <i />
      {button(stage('zoomIn'), 'zoomIn', '+', () => p.onZoom(1.25))}{button(stage('zoomOut'), 'zoomOut', '−', () => p.onZoom(0.8))}{button(stage('fit'), 'fit', '=', p.onFit)}{button(stage('invert'), 'invert', 'I', p.onInvert)}
      <i />
      {button(t('undo'), 'undo', 'Ctrl Z', p.onUndo)}{button(t('redo'), 'redo', 'Ctrl Y', p.onRedo)}
    </div>
  );
}
