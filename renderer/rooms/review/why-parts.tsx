// What the parts of "Why this?" share: names as they are said, and a share of one as a bar with its figure.
import type { ReactNode } from 'react';

/** Data sets write "optic_disc". */
export const nameOf = (label: string): string => label.replaceAll('_', ' ');

export const Share = ({ name, share, text }: { name: string; share: number; text: string }): ReactNode =>
  <div className="why-share"><span className="clip">{name}</span><i aria-hidden="true"><b style={{ width: `${100 * Math.min(1, Math.max(0, share))}%` }} /></i><span className="why-figure">{text}</span></div>;
