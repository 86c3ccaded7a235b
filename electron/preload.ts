import { ipcRenderer } from 'electron';

// Nothing is put on `window`: the page asks for a port to the engine and gets one.
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source !== window || event.origin !== location.origin) return;
  const { data } = event;
  if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'role-accel:connect') return;
  const { port1, port2 } = new MessageChannel();
  ipcRenderer.postMessage('connect', null, [port2]);
  window.postMessage({ type: 'role-accel:port' }, location.origin, [port1]);
});
