// The tools at the foot of the image.
import type { ReactNode } from 'react';
import type { Tool } from '../../canvas/tools/gesture.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';

const tools: readonly { tool: Tool; name: string; icon: IconName; key: string }[] = [
  { tool: 'select', name: 'Select and move', icon: 'select', key: 'V' },
  { tool: 'window', name: 'Window and level', icon: 'window', key: 'W' },
  { tool: 'pan', name: 'Move the image', icon: 'pan', key: 'M' },
  { tool: 'box', name: 'Add a region', icon: 'box', key: 'N' },
];

export interface ToolBarProps { readonly tool: Tool; readonly locked: boolean; readonly onTool: (t: Tool) => void; readonly onFit: () => void; readonly onZoom: (factor: number) => void; readonly onInvert: () => void; readonly onUndo: () => void; readonly onRedo: () => void }

export function ToolBar(p: ToolBarProps): ReactNode {
  const button = (name: string, icon: IconName, keys: string, run: () => void, pressed?: boolean, disabled = false): ReactNode =>
    <button key={name} type="button" className="tool" title={`${name} (${keys})`} aria-label={name} aria-pressed={pressed} disabled={disabled} onClick={run}><Icon name={icon} /></button>;
  return (
    <div className="tool-bar" role="toolbar" aria-label="Tools">
      {tools.map((t) => button(t.name, t.icon, t.key, () => p.onTool(t.tool), p.tool === t.tool, p.locked && t.tool === 'box'))}
      <i />
      {button('Zoom in', 'zoomIn', '+', () => p.onZoom(1.25))}{button('Zoom out', 'zoomOut', '−', () => p.onZoom(0.8))}{button('Fit to the window', 'fit', '=', p.onFit)}{button('Invert', 'invert', 'I', p.onInvert)}
      <i />
      {button('Undo', 'undo', 'Ctrl Z', p.onUndo)}{button('Redo', 'redo', 'Ctrl Y', p.onRedo)}
    </div>
  );
}
