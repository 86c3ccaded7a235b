/** Calls `tell` at once, then at most every `everyMs`; the last call is never lost until `stop`. */
export function throttle(everyMs: number, tell: () => void): { call(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let waiting = false;
  const beat = (): void => {
    timer = undefined;
    if (!waiting) return;
    waiting = false;
    now();
  };
  const now = (): void => {
    timer = setTimeout(beat, everyMs);
    timer.unref();
    tell();
  };
  return {
    call() { if (timer) waiting = true; else now(); },
    stop() { clearTimeout(timer); waiting = false; },
  };
}
