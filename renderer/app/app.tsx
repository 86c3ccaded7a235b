import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useConnection } from '../client/engine.ts';
import { Toaster } from '../ui/toast.tsx';
import { useAppearance } from './appearance.ts';
import { ClosedScreen } from './closed-screen.tsx';
import { Layout } from './layout.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { preloadScreens, ScreenRoutes } from './screen-routes.tsx';
import { useGlobalShortcuts } from './shortcuts.ts';
import { useOverlays } from './overlays-store.ts';

const load = {
  palette: () => import('./command-palette.tsx'),
  shortcuts: () => import('./shortcut-sheet.tsx'),
  quit: () => import('./quit-dialog.tsx'),
};
const CommandPalette = lazy(async () => ({ default: (await load.palette()).CommandPalette }));
const ShortcutSheet = lazy(async () => ({ default: (await load.shortcuts()).ShortcutSheet }));
const QuitDialog = lazy(async () => ({ default: (await load.quit()).QuitDialog }));

/** Fetches everything that was not needed for the first paint, while nothing else is to be done. */
function preload(): void {
  preloadScreens();
  for (const overlay of Object.values(load)) overlay().catch(() => undefined); // asked for again when it is opened
}

/** The window: its frame, the screen the address names, and what can lie over any screen. */
export function App() {
  useAppearance();
  useGlobalShortcuts();
  const { state } = useConnection();
  useEffect(() => {
    const idle = requestIdleCallback(preload, { timeout: 4_000 });
    return () => cancelIdleCallback(idle);
  }, []);
  const open = useOverlays((overlays) => overlays.open);
  if (state === 'closed') return <ClosedScreen />;
  return (
    <>
      <Layout><ScreenRoutes /></Layout>
      <Toaster />
      <ScreenBoundary quiet>
        <Suspense fallback={null}>
          <Once when={open === 'palette'}><CommandPalette /></Once>
          <Once when={open === 'shortcuts'}><ShortcutSheet /></Once>
          <Once when={open === 'quit'}><QuitDialog /></Once>
        </Suspense>
      </ScreenBoundary>
    </>
  );
}

/** Loads what is inside the first time it is wanted and keeps it, so that closing can give focus back. */
function Once({ when, children }: { when: boolean; children: ReactNode }) {
  const [wanted, setWanted] = useState(when);
  if (when && !wanted) setWanted(true);
  return wanted ? children : null;
}
