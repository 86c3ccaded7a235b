import type { FromProcess, ToProcess } from './messages.ts';

/** The channel to the engine, whichever way this process was started. */
export interface EnginePort {
  send(message: FromProcess): void;
  onMessage(listener: (message: ToProcess) => void): void;
  /** The engine is gone. */
  onClose(listener: () => void): void;
}

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

/** @throws Error when this process was started by hand */
export function openEnginePort(): EnginePort {
  const { parentPort } = process as unknown as { parentPort?: ElectronParentPort };
  if (parentPort) {
    return {
      send: parentPort.postMessage.bind(parentPort),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data as ToProcess)),
      onClose: (listener) => parentPort.on('close', listener),
    };
  }
  if (!process.send) throw new Error('the inference process is started by Role Accel, not by hand');
  return {
    send: (message) => { if (process.connected) process.send?.(message); },
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToProcess)),
    onClose: (listener) => { if (process.connected) process.on('disconnect', listener); else listener(); },
  };
}
