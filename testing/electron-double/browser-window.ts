import { EventEmitter } from 'node:events';
import { chromium, type Browser, type BrowserContext, type Frame, type Page, type Request as PageRequest, type Route } from '@playwright/test';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { findBrowser } from '../../scripts/ensure-browser.ts';
import { app, PreventableEvent, type Closable } from './app.ts';
import { ipcMain } from './ipc-main.ts';
import { runPreload } from './preload-world.ts';
import { isLetThrough, sessionState } from './session.ts';

let browser: Promise<Browser> | undefined;
function sharedBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  browser ??= chromium.launch(executablePath ? { executablePath } : {});
  return browser;
}
app.onExit.push(async () => (await browser)?.close());

/** Chromium knows no `app:` scheme, so its page lives under https and is called app: everywhere outside of the page. */
const toPageUrl = (url: string): string => url.replace(/^app:/, 'https:');
const toAppUrl = (url: string): string => url.replace(/^https:\/\/role-accel(?=\/|$)/, 'app://role-accel');

class NavigationEvent extends PreventableEvent {
  readonly url: string;
  readonly isMainFrame: boolean;
  constructor(url: string, isMainFrame: boolean) { super(); this.url = url; this.isMainFrame = isMainFrame; }
}

export class DoubleWebContents extends EventEmitter {
  openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  readonly #window: DoubleWindow;
  constructor(window: DoubleWindow) { super(); this.#window = window; }
  setWindowOpenHandler(handler: typeof this.openHandler): void { this.openHandler = handler; }
  reload(): void { void this.#window.reload(); }
}

/** Stands in for BrowserWindow: a page of a real Chromium, whose requests, navigations and new windows go through the app's own handlers. */
export class DoubleWindow extends EventEmitter implements Closable {
  static getAllWindows(): DoubleWindow[] { return [...app.windows] as DoubleWindow[]; }
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: DoubleWebContents;
  /** The page, once there is one. */
  page: Page | null = null;
  visible = false;
  focusCount = 0;
  #bounds: Rectangle;
  #maximized = false;
  #closed = false;
  /** What the app itself loads, which is no navigation of the page's. */
  #loading: string | null = null;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    app.assertReady('BrowserWindow');
    this.options = options;
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.webContents = new DoubleWebContents(this);
    app.windows.add(this);
    app.emit('web-contents-created', new PreventableEvent(), this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.#openPage();
    this.#loading = toPageUrl(url);
    await page.goto(this.#loading);
    this.#loading = null;
    this.webContents.emit('did-finish-load');
    this.emit('ready-to-show');
  }
  async reload(): Promise<void> {
    if (!this.page) return;
    this.#loading = this.page.url().replace(/#.*/, '');
    await this.page.reload();
    this.#loading = null;
  }

  show(): void { this.visible = true; }
  focus(): void { this.focusCount++; }
  maximize(): void { this.#maximized = true; }
  isMaximized(): boolean { return this.#maximized; }
  isMinimized(): boolean { return false; }
  restore(): void {}
  isDestroyed(): boolean { return this.#closed; }
  getNormalBounds(): Rectangle { return this.#bounds; }
  /** A person moving the window. */
  setBounds(bounds: Rectangle): void { this.#bounds = bounds; }
  close(): void { void this.requestClose(); }

  async requestClose(): Promise<boolean> {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    await this.page?.context().close();
    this.#closed = true;
    this.emit('closed');
    app.windowClosed(this);
    return true;
  }

  async #openPage(): Promise<Page> {
    const context = await (await sharedBrowser()).newContext({ viewport: { width: this.#bounds.width, height: this.#bounds.height } });
    const page = await context.newPage();
    this.page = page;
    await context.route('**/*', (route) => this.#answer(route, page));
    this.#refusePopups(context, page);
    const preload = this.options.webPreferences?.preload;
    if (preload) {
      await runPreload(await context.newCDPSession(page), preload, ({ channel, message, ports, origin }) => {
        ipcMain.emit(channel, { sender: this.webContents, senderFrame: { url: toAppUrl(page.url()), origin: toAppUrl(origin), parent: null }, ports }, message);
      });
    }
    return page;
  }

  async #answer(route: Route, page: Page): Promise<void> {
    const request = route.request();
    const url = toAppUrl(request.url());
    if (request.isNavigationRequest()) {
      const frame = frameOf(request);
      if (frame?.page() !== page) return route.abort('aborted');
      if (request.url() !== this.#loading && !this.#mayNavigate(url, frame === page.mainFrame())) return route.abort('aborted');
    }
    if (!(await isLetThrough(url))) return route.abort('blockedbyclient');
    const scheme = url.slice(0, url.indexOf(':'));
    const handler = sessionState.schemes.has(scheme) ? sessionState.handlers.get(scheme) : undefined;
    if (!handler) return route.abort('failed');
    // A Request of Node takes no app: URL as base for anything, but keeps it as it is.
    const response = await handler(new Request(url, { method: request.method() }));
    return route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
  }

  #mayNavigate(url: string, isMainFrame: boolean): boolean {
    return [...(isMainFrame ? ['will-navigate'] : []), 'will-frame-navigate'].every((name) => {
      const event = new NavigationEvent(url, isMainFrame);
      this.webContents.emit(name, event, url);
      return !event.defaultPrevented;
    });
  }

  /** The app decides about new windows; the double knows none, so all are closed. */
  #refusePopups(context: BrowserContext, page: Page): void {
    context.on('page', (popup) => {
      if (popup === page) return;
      const decide = (url: string): void => {
        if (this.webContents.openHandler({ url }).action !== 'deny') throw new Error('the double opens no second window');
        void popup.close();
      };
      popup.once('request', (request) => decide(request.url()));
      setTimeout(() => { if (!popup.isClosed()) decide(popup.url()); }, 200);
    });
  }
}

/** The frame that asks, or null when it is so new that it is not known yet, as a popup's is. */
function frameOf(request: PageRequest): Frame | null {
  try {
    return request.frame();
  } catch {
    return null;
  }
}
