import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession } from '@playwright/test';

const WORLD = 'electron-preload';
const BINDING = 'electronDoubleSend';

type PortData = { readonly text: string } | { readonly base64: string };
type FromPage =
  | { readonly kind: 'ipc'; readonly channel: string; readonly message: unknown; readonly ports: number[] }
  | { readonly kind: 'port'; readonly id: number; readonly data: PortData }
  | { readonly kind: 'port-closed'; readonly id: number };

/** Stands in for MessagePortMain: the other end is a real MessagePort in the page. */
export class DoublePort extends EventEmitter {
  readonly #send: (message: object) => void;
  #waiting: unknown[] | null = [];
  constructor(send: (message: object) => void) { super(); this.#send = send; }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const data of waiting) this.emit('message', { data, ports: [] });
  }
  postMessage(data: unknown): void {
    this.#send(typeof data === 'string' ? { text: data } : { base64: Buffer.from(data as Uint8Array).toString('base64') });
  }
  close(): void { this.#send({ close: true }); this.emit('close'); }
  receive(data: unknown): void {
    if (this.#waiting) this.#waiting.push(data);
    else this.emit('message', { data, ports: [] });
  }
}

export interface IpcFromPage { readonly channel: string; readonly message: unknown; readonly ports: readonly DoublePort[]; readonly origin: string }

/** Runs the built preload in a world of its own in the page, as context isolation does, with a `require` that knows electron alone. */
export async function runPreload(cdp: CDPSession, preloadFile: string, onIpc: (ipc: IpcFromPage) => void): Promise<void> {
  const worlds = new Map<number, { origin: string; ports: Map<number, DoublePort> }>();
  const endWorld = (id: number): void => {
    for (const port of worlds.get(id)?.ports.values() ?? []) port.emit('close');
    worlds.delete(id);
  };
  cdp.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name === WORLD) worlds.set(context.id, { origin: context.origin, ports: new Map() });
  });
  cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => endWorld(executionContextId));
  cdp.on('Runtime.executionContextsCleared', () => { for (const id of worlds.keys()) endWorld(id); });
  cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    const world = worlds.get(executionContextId);
    if (name !== BINDING || !world) return;
    const message = JSON.parse(payload) as FromPage;
    if (message.kind === 'port') world.ports.get(message.id)?.receive('text' in message.data ? message.data.text : new Uint8Array(Buffer.from(message.data.base64, 'base64')));
    else if (message.kind === 'port-closed') world.ports.get(message.id)?.emit('close');
    else {
      const ports = message.ports.map((id) => {
        const port = new DoublePort((data) => {
          void cdp.send('Runtime.evaluate', { contextId: executionContextId, expression: `electronDoubleReceive(${id}, ${JSON.stringify(data)})` }).catch(() => undefined);
        });
        world.ports.set(id, port);
        return port;
      });
      onIpc({ channel: message.channel, message: message.message, ports, origin: world.origin });
    }
  });
  await cdp.send('Page.enable');
  await cdp.send('Runtime.enable');
  await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { worldName: WORLD, source: hostScript(readFileSync(preloadFile, 'utf8')) });
}

/** Electron runs a preload in the top frame only. */
const hostScript = (preload: string): string => `if (window === top) {
  const ports = new Map();
  let lastId = 0;
  const send = (message) => globalThis.${BINDING}(JSON.stringify(message));
  globalThis.electronDoubleReceive = (id, data) => {
    const port = ports.get(id);
    if (data.close) port.close();
    else port.postMessage('text' in data ? data.text : Uint8Array.fromBase64(data.base64));
  };
  const adopt = (port) => {
    const id = ++lastId;
    ports.set(id, port);
    port.onmessage = ({ data }) => send({ kind: 'port', id, data: typeof data === 'string' ? { text: data } : { base64: new Uint8Array(data).toBase64() } });
    port.onclose = () => send({ kind: 'port-closed', id });
    return id;
  };
  const ipcRenderer = { postMessage: (channel, message, transfer = []) => send({ kind: 'ipc', channel, message, ports: transfer.map(adopt) }) };
  const require = (name) => {
    if (name === 'electron') return { ipcRenderer };
    throw new Error('module not found: ' + name);
  };
  const module = { exports: {} };
  (function (require, module, exports) { ${preload}
  })(require, module, module.exports);
}`;
