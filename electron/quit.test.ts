import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { expect, test, vi } from 'vitest';
import { closeBeforeQuit } from './quit.ts';

class FakeApp extends EventEmitter {
  ended = false;
  quits = 0;
  quit(): void {
    this.quits++;
    let held = false;
    this.emit('will-quit', { preventDefault: () => { held = true; } });
    this.ended ||= !held;
  }
}

function start(close: () => Promise<void>): FakeApp {
  const app = new FakeApp();
  closeBeforeQuit(app as unknown as App, close);
  return app;
}

test('the app ends only after the engine has closed', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const app = start(() => promise);
  app.quit();
  await new Promise(setImmediate);
  expect(app.ended).toBe(false);
  resolve();
  await expect.poll(() => app.ended).toBe(true);
});

test('asking again while it closes does not close it twice', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const close = vi.fn<() => Promise<void>>(() => promise);
  const app = start(close);
  app.quit();
  app.quit();
  expect(app.ended).toBe(false);
  resolve();
  await expect.poll(() => app.ended).toBe(true);
  expect(close).toHaveBeenCalledOnce();
});

test('an engine that cannot close does not keep the app open', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  const app = start(() => Promise.reject(new Error('stuck')));
  app.quit();
  await expect.poll(() => app.ended).toBe(true);
  expect(logged).toHaveBeenCalled();
  logged.mockRestore();
});
