import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { record } from './record.ts';

/** An event that a listener may prevent, as Electron's are. */
export class PreventableEvent {
  defaultPrevented = false;
  preventDefault(): void { this.defaultPrevented = true; }
}

/** What has to be asked to close before the app ends. */
export interface Closable { requestClose(): Promise<boolean> }

/** Stands in for `app`: the order of its events and what is only possible before or after `ready` are Electron's. */
class DoubleApp extends EventEmitter {
  readonly isPackaged = false;
  readonly windows = new Set<Closable>();
  readonly onExit: (() => Promise<void>)[] = [];
  readonly commandLine = { appendSwitch: (name: string): void => void record.switches.push(name) };
  #ready = false;
  #quitting = false;
  #userData = mkdtempSync(join(tmpdir(), 'electron-double-'));
  #becomesReady: Promise<void> | undefined;

  /** Electron is ready once the app's main file has run; here that is when the app first waits for it. */
  whenReady(): Promise<void> {
    this.#becomesReady ??= new Promise((resolve) => setImmediate(() => { this.#ready = true; resolve(); }));
    return this.#becomesReady;
  }
  isReady(): boolean { return this.#ready; }
  assertReady(what: string): void { if (!this.#ready) throw new Error(`${what} is not available before the app is ready`); }
  assertNotReady(what: string): void { if (this.#ready) throw new Error(`${what} has to be called before the app is ready`); }
  enableSandbox(): void { this.assertNotReady('enableSandbox'); }

  getPath(name: string): string { return name === 'userData' ? this.#userData : join(this.#userData, name); }
  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    if (name === 'userData') this.#userData = path;
  }

  /** A lock file in userData; whoever finds it taken leaves a note, which the owner reads as `second-instance`. */
  requestSingleInstanceLock(): boolean {
    const lock = join(this.#userData, 'double.lock');
    const note = join(this.#userData, 'double.second-instance');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      writeFileSync(note, '');
      return false;
    }
    const watch = setInterval(() => {
      if (!existsSync(note)) return;
      rmSync(note);
      this.emit('second-instance', new PreventableEvent(), [], '');
    }, 20);
    this.onExit.push(async () => { clearInterval(watch); rmSync(lock, { force: true }); });
    return true;
  }

  quit(): void { void this.#quit(); }
  exit(code = 0): void { void this.#end(code); }

  windowClosed(window: Closable): void {
    this.windows.delete(window);
    if (this.windows.size > 0 || this.#quitting) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  async #quit(): Promise<void> {
    if (this.#quitting || record.exitCode !== null) return;
    this.#quitting = true;
    await this.whenReady();
    this.#quitting = this.#emitPreventable('before-quit') && (await this.#closeWindows()) && this.#emitPreventable('will-quit');
    if (this.#quitting) await this.#end(0);
  }

  async #closeWindows(): Promise<boolean> {
    for (const window of this.windows) {
      if (!(await window.requestClose())) return false;
    }
    return true;
  }

  async #end(code: number): Promise<void> {
    this.emit('quit', new PreventableEvent(), code);
    for (const act of this.onExit) await act();
    record.exitCode = code;
    if (process.env['ELECTRON_DOUBLE_EXITS']) process.exit(code);
  }

  #emitPreventable(name: string): boolean {
    const event = new PreventableEvent();
    this.emit(name, event);
    return !event.defaultPrevented;
  }
}

export const app = new DoubleApp();
