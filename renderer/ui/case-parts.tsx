// How a case looks in any list: its picture, its state in words and colour, its badges.
import type { ReactNode } from 'react';
import type { CaseRow, CaseStatus } from '../../shared/domain/case.ts';

export const statusWords: Readonly<Record<CaseStatus, string>> = { new: 'no proposals yet', proposed: 'to review', 'in-review': 'review begun', 'signed-off': 'signed off' };
const tone: Readonly<Record<CaseStatus, string>> = { new: '', proposed: 'info', 'in-review': 'warn', 'signed-off': 'good' };
export const StatusBadge = ({ status }: { status: CaseStatus }): ReactNode => <span className={`badge ${tone[status]}`}>{statusWords[status]}</span>;
export const PhantomBadge = (): ReactNode => <span className="badge phantom" title="Made by the program for trying out and training; not a patient.">PHANTOM</span>;
export const HoldoutBadge = (): ReactNode => <span className="badge" title="Kept apart: the model never learns from this patient, so that new versions can be judged on it.">holdout</span>;
export const Thumbnail = ({ study, width = 52, height = 40 }: { study: CaseRow; width?: number; height?: number }): ReactNode =>
  <img src={`/blobs/${study.thumbnail}`} alt="" width={width} height={height} loading="lazy" decoding="async" style={{ objectFit: 'cover', background: '#000', borderRadius: 3, flex: 'none' }} />;
