import './ui/tokens.css';
import './ui/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { App } from './app/app.tsx';
import { ScreenBoundary } from './app/screen-boundary.tsx';
import { startStrings } from './app/strings.ts';
import { followEngineEvents } from './client/engine-events.ts';
import { queryClient } from './client/query-client.ts';
import { expectNewTitle } from './ui/screen-title.ts';
import { TooltipProvider } from './ui/tooltip.tsx';

// The style elements that dialogs add while they are open carry the page's nonce, or the policy refuses them.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
if (nonce) setNonce(nonce);

void startStrings();
followEngineEvents(new AbortController().signal);
addEventListener('hashchange', expectNewTitle);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Router hook={useHashLocation}>
          <TooltipProvider>
            <ScreenBoundary><App /></ScreenBoundary>
          </TooltipProvider>
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
}
