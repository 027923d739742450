// The last place where a bug of the page is caught: it says so in words, and the saved work is untouched.
import { Component, type ReactNode } from 'react';
import { useTranslations } from '../words/language.tsx';
import { Failure } from './failure.tsx';

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown): { error: unknown } { return { error }; }
  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <div className="empty"><Failure error={this.state.error}><Reload /></Failure></div>;
  }
}
const Reload = (): ReactNode => { const t = useTranslations('shell'); return <button type="button" className="btn" onClick={() => location.reload()}>{t('reload')}</button>; };
