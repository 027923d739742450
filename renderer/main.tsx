// The page begins here.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './app.tsx';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { NavigationProvider } from './ui/navigation.tsx';
import { followTheme } from './ui/theme.ts';
import { LanguageProvider } from './words/language.tsx';

followTheme();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <ErrorBoundary>
        <NavigationProvider><App /></NavigationProvider>
      </ErrorBoundary>
    </LanguageProvider>
  </StrictMode>,
);
