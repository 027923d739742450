// The tools at the foot of the image, in groups: looking, drawing outlines, painting, marking, the view, undo.
import { Fragment, type ReactNode } from 'react';
import { isDrawing, type Tool } from '../../canvas/tools/tool.ts';
import type { ActionId } from '../../keys/actions.ts';
import { useKeys } from '../../keys/keys.tsx';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { useTranslations } from '../../words/language.tsx';

const groups: readonly (readonly (Tool & IconName)[])[] = [['select', 'window', 'pan', 'measure'], ['box', 'ellipse', 'polygon', 'freehand'], ['brush', 'eraser'], ['point', 'outline']];

export interface ToolBarProps { readonly tool: Tool; readonly locked: boolean; readonly onTool: (t: Tool) => void; readonly onFit: () => void; readonly onZoom: (factor: number) => void; readonly onInvert: () => void; readonly onUndo: () => void; readonly onRedo: () => void; /** Further ways of looking. */ readonly more: ReactNode }

export function ToolBar(p: ToolBarProps): ReactNode {
  const t = useTranslations('review'), stage = useTranslations('stage'), keys = useKeys();
  const button = (name: string, icon: IconName, id: ActionId, run: () => void, pressed?: boolean, disabled = false): ReactNode =>
    <button key={name} type="button" className="tool" title={keys.titled(name, id)} aria-label={name} aria-pressed={pressed} disabled={disabled} onClick={run}><Icon name={icon} /></button>;
  return (
    <div className="tool-bar" role="toolbar" aria-label={t('tools')}>
      {groups.map((group, i) => <Fragment key={group[0]}>{i > 0 && <i />}{group.map((tool) => button(t(`tool.${tool}`), tool, `tool.${tool}`, () => p.onTool(tool), p.tool === tool, p.locked && isDrawing(tool)))}</Fragment>)}
      <i />
      {button(stage('zoomIn'), 'zoomIn', 'image.zoomIn', () => p.onZoom(1.25))}{button(stage('zoomOut'), 'zoomOut', 'image.zoomOut', () => p.onZoom(0.8))}{button(stage('fit'), 'fit', 'image.fit', p.onFit)}{button(stage('invert'), 'invert', 'image.invert', p.onInvert)}{p.more}
      <i />
      {button(t('undo'), 'undo', 'case.undo', p.onUndo)}{button(t('redo'), 'redo', 'case.redo', p.onRedo)}
    </div>
  );
}
