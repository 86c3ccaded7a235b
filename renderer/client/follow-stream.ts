import { connection } from './engine.ts';
import { isConnectionLost } from './engine-error.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';

/**
 * Passes on every event of a stream and opens it again when the connection was lost. Settles with null when the engine
 * ended the stream or `signal` was aborted, and with the engine's error when it refused.
 */
export async function followStream<T>(open: (signal: AbortSignal) => Promise<AsyncIterable<T>>, onEvent: (event: T) => void, signal: AbortSignal): Promise<unknown> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const { returns } = connection.status.getState();
    try {
      for await (const event of await open(signal)) {
        if (signal.aborted) return null;
        attempt = 0;
        onEvent(event);
      }
      // A stream cut in the middle can look like one that ended: only an end over a connection that stayed is an end.
      await Promise.resolve();
      const now = connection.status.getState();
      if (now.state === 'open' && now.returns === returns) return null;
    } catch (error) {
      if (signal.aborted) return null;
      const now = connection.status.getState();
      if (!isConnectionLost(error) && now.state === 'open' && now.returns === returns) return error;
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectDelayMs(attempt)));
  }
  return null;
}
