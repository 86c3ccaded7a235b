import { createStore, type StoreApi } from 'zustand/vanilla';
import { reconnectDelayMs } from './reconnect-policy.ts';
import { NotSignedIn, type EngineLink, type OpenEngine, type OpenTransport } from './transport.ts';

/** The engine could not be reached, or went away before it answered: whether it did what was asked is not known. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  /** False when the request never left this page. */
  readonly sent: boolean;
  constructor(sent: boolean, options?: ErrorOptions) {
    super('The connection to the engine was lost', options);
    this.sent = sent;
  }
}

/** `connecting` is the first time; `away` is trying again; `signed-out` needs a new address; `closed` is for good. */
export type ConnectionState = 'connecting' | 'open' | 'away' | 'signed-out' | 'closed';
export interface ConnectionStatus {
  state: ConnectionState;
  /** How often the connection came back: whoever holds unsaved work saves it again when this grows. */
  returns: number;
}

export interface Connection {
  link: EngineLink;
  status: StoreApi<ConnectionStatus>;
  /** No more attempts: the app was asked to quit. */
  close(): void;
  /** Stop waiting and try now. */
  tryNow(): void;
}

/** How long a call waits for the connection to come back before it fails, in ms. */
const CALL_PATIENCE_MS = 6_000;

/** Keeps one transport to the engine open and opens the next when it is lost; calls made meanwhile wait a moment. */
export function createConnection(open: OpenEngine, { patienceMs = CALL_PATIENCE_MS, delayMs = reconnectDelayMs }: { patienceMs?: number; delayMs?: (attempt: number) => number } = {}): Connection {
  const status = createStore<ConnectionStatus>(() => ({ state: 'connecting', returns: 0 }));
  let transport: OpenTransport | null = null;
  let closed = false;
  let wake = (): void => undefined;

  const keepOpen = async (): Promise<void> => {
    let attempt = 0;
    let opened = false;
    while (!closed) {
      try {
        const next = await open();
        transport = next;
        attempt = 0;
        status.setState(({ returns }) => ({ state: 'open', returns: opened ? returns + 1 : returns }));
        opened = true;
        await next.lost;
        transport = null;
        status.setState({ state: closed ? 'closed' : 'away' });
      } catch (error) {
        if (opened || error instanceof NotSignedIn || attempt > 1) status.setState({ state: error instanceof NotSignedIn ? 'signed-out' : 'away' });
      }
      if (closed) return;
      await new Promise<void>((resolve) => { wake = resolve; setTimeout(resolve, delayMs(attempt)); });
      attempt += 1;
    }
  };
  void keepOpen();

  const whenOpen = async (signal: AbortSignal | undefined): Promise<OpenTransport> => {
    if (transport) return transport;
    await new Promise<void>((resolve) => {
      const done = (): void => { clearTimeout(timer); stop(); signal?.removeEventListener('abort', done); resolve(); };
      const timer = setTimeout(done, patienceMs);
      const stop = status.subscribe(({ state }) => { if (state !== 'connecting' && state !== 'away') done(); });
      signal?.addEventListener('abort', done);
    });
    signal?.throwIfAborted();
    if (!transport) throw new ConnectionLost(false);
    return transport;
  };

  const link: EngineLink = {
    async call(path, input, options) {
      const used = await whenOpen(options.signal);
      let lost = false;
      void used.lost.then(() => { lost = true; });
      try {
        return await used.link.call(path, input, options);
      } catch (error) {
        // A lost transport rejects its calls just before or after its close event; one turn tells which it was.
        await Promise.resolve();
        throw lost || transport !== used ? new ConnectionLost(true, { cause: error }) : error;
      }
    },
  };

  return {
    link,
    status,
    close() { closed = true; status.setState({ state: 'closed' }); wake(); },
    tryNow: () => wake(),
  };
}
