// The tools at the foot of the image.
import type { ReactNode } from 'react';
import type { Tool } from '../../canvas/tools/gesture.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { useTranslations } from '../../words/language.tsx';

const tools: readonly { tool: Tool; icon: IconName; key: string }[] = [
  { tool: 'select', icon: 'select', key: 'V' },
  { tool: 'window', icon: 'window', key: 'W' },
  { tool: 'pan', icon: 'pan', key: 'M' },
  { tool: 'box', icon: 'box', key: 'N' },
];

export interface ToolBarProps { readonly tool: Tool; readonly locked: boolean; readonly onTool: (t: Tool) => void; readonly onFit: () => void; readonly onZoom: (factor: number) => void; readonly onInvert: () => void; readonly onUndo: () => void; readonly onRedo: () => void }

export function ToolBar(p: ToolBarProps): ReactNode {
  const t = useTranslations('review'), stage = useTranslations('stage');
  const button = (name: string, icon: IconName, keys: string, run: () => void, pressed?: boolean, disabled = false): ReactNode =>
    <button key={name} type="button" className="tool" title={`${name} (${keys})`} aria-label={name} aria-pressed={pressed} disabled={disabled} onClick={run}><Icon name={icon} /></button>;
  return (
    <div className="tool-bar" role="toolbar" aria-label={t('tools')}>
      {tools.map(({ tool, icon, key }) => button(t(`tool.${tool}`), icon, key, () => p.onTool(tool), p.tool === tool, p.locked && tool === 'box'))}
      <i />
      {button(stage('zoomIn'), 'zoomIn', '+', () => p.onZoom(1.25))}{button(stage('zoomOut'), 'zoomOut', '−', () => p.onZoom(0.8))}{button(stage('fit'), 'fit', '=', p.onFit)}{button(stage('invert'), 'invert', 'I', p.onInvert)}
      <i />
      {button(t('undo'), 'undo', 'Ctrl Z', p.onUndo)}{button(t('redo'), 'redo', 'Ctrl Y', p.onRedo)}
    </div>
  );
}
