import { useEffect, useState } from 'react';

/** Milliseconds since `since` (epoch ms) while `running`, read again every second; 0 while the clock stands. */
export function useElapsed(since: number, running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running, since]);
  return running ? Math.max(0, now - since) : 0;
}
