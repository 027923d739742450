// The line icons of rail and tools, drawn for this program on a 24-unit grid.
import type { ReactNode } from 'react';

const paths = {
  worklist: 'M4 6h16M4 12h16M4 18h10',
  review: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 9h6v6H9z',
  training: 'M3 20h18M4 15l5-5 4 3 7-8',
  models: 'M7 3v18M17 3v18M4 9h6M14 15h6',
  work: 'M4 20h16M6 16v-5M11 16V6M16 16v-8',
  settings: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8',
  select: 'M6 3l12 9-6 1-3 6z',
  window: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  pan: 'M12 3v18M3 12h18M12 3l-2 2M12 3l2 2M12 21l-2-2M12 21l2-2M3 12l2-2M3 12l2 2M21 12l-2-2M21 12l-2 2',
  measure: 'M4 16L16 4l4 4L8 20zM7 13l2 2M10 10l2 2M13 7l2 2',
  box: 'M5 6h14v12H5z',
  ellipse: 'M12 6c5 0 8.5 2.7 8.5 6s-3.5 6-8.5 6-8.5-2.7-8.5-6 3.5-6 8.5-6z',
  polygon: 'M12 4l8 6-3 9H7l-3-9z',
  freehand: 'M4 14c0-6 4-9 8-9s8 2 8 6-3 4-5 5-2 4-5 4-6-2-6-6z',
  brush: 'M20 4c-5 2-8 5-10 9l2 2c4-2 7-6 8-11M9 14c-3 0-3 4-6 5 3 2 8 1 8-3z',
  eraser: 'M9 20h11M5 15l9-10 6 5-8 10H8z',
  point: 'M12 3v6M12 15v6M3 12h6M15 12h6',
  outline: 'M5 20L15 9M17 3v4M15 5h4M20 10v3M18.5 11.5h3M10 4v2M9 5h2',
  front: 'M4 4h10v10H4zM10 17v3h10V10h-3',
  back: 'M10 10h10v10H10zM14 7V4H4v10h3',
  eye: 'M3 12c3-5 6-6 9-6s6 1 9 6c-3 5-6 6-9 6s-6-1-9-6M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  solo: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M11 9.5l1.5-1.5v8',
  copyNext: 'M4 4h11v9H4zM18 9v11M15 17l3 3 3-3',
  copyPrevious: 'M4 11h11v9H4zM18 15V4M15 7l3-3 3 3',
  fillBetween: 'M4 4h16M4 20h16M7 9.5h10v5H7z',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  crosshair: 'M12 3v6M12 15v6M3 12h6M15 12h6M12 6.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11',
  zoomIn: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L20 20M10.5 8v5M8 10.5h5',
  zoomOut: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L20 20M8 10.5h5',
  view: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M9 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  invert: 'M4 4h16v16H4zM4 20L20 4',
  undo: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  redo: 'M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3',
  list: 'M4 5h4v14H4zM11 5h9v14h-9z',
} as const;
export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }): ReactNode {
  return <svg className="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={paths[name]} /></svg>;
}
