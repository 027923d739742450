// How a case looks in any list: its picture, its state in words and colour, its badges.
import type { ReactNode } from 'react';
import type { CaseRow, CaseStatus } from '../../shared/domain/case.ts';
import { useTranslations } from '../words/language.tsx';

const tone: Readonly<Record<CaseStatus, string>> = { new: '', proposed: 'info', 'in-review': 'warn', 'signed-off': 'good' };
export const StatusBadge = ({ status }: { status: CaseStatus }): ReactNode => { const t = useTranslations('case'); return <span className={`badge ${tone[status]}`}>{t(`status.${status}`)}</span>; };
export const PhantomBadge = (): ReactNode => { const t = useTranslations('case'); return <span className="badge phantom" title={t('phantomTold')}>{t('phantom')}</span>; };
export const HoldoutBadge = (): ReactNode => { const t = useTranslations('case'); return <span className="badge" title={t('holdoutTold')}>{t('holdout')}</span>; };
/** Nobody has told this reader's program that they looked at it. */
export const Unread = (): ReactNode => { const t = useTranslations('worklist'); return <span className="unread" role="img" aria-label={t('mark.unread')} title={t('mark.unread')} />; };
export const Thumbnail = ({ study, width = 52, height = 40 }: { study: CaseRow; width?: number; height?: number }): ReactNode =>
  <img src={`/blobs/${study.thumbnail}`} alt="" width={width} height={height} loading="lazy" decoding="async" style={{ objectFit: 'cover', background: '#000', borderRadius: 3, flex: 'none' }} />;
