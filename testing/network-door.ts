import { createNetworkDoor, type NetworkDoor, type NetworkDoorOptions } from '../core/inference/http.ts';
import { systemClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { temporaryFolder } from './engine.ts';

/** The real door to the network with a database of its own, and no proxy of the machine that runs the tests. */
export function openTestDoor(options: Partial<NetworkDoorOptions> = {}): { door: NetworkDoor; close(): Promise<void> } {
  const temporary = temporaryFolder();
  const folder = claimDataFolder(temporary.path);
  const { store } = openStore(folder, () => new Date().toISOString());
  const door = createNetworkDoor({ store, clock: systemClock, onChange: () => undefined, env: {}, ...options });
  return {
    door,
    async close() {
      await door.close();
      store.close();
      folder.release();
      temporary.dispose();
    },
  };
}
