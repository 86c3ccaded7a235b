import type { App } from 'electron';

/** Holds back quitting, once all windows are closed, until `close` is done; the app then quits whether or not it succeeded. */
export function closeBeforeQuit(app: Pick<App, 'on' | 'quit'>, close: () => Promise<void>): void {
  let state: 'running' | 'closing' | 'closed' = 'running';
  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    close()
      .catch((error: unknown) => console.error('the engine did not close cleanly', error))
      .finally(() => {
        state = 'closed';
        app.quit();
      });
  });
}
