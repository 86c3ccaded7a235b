import type { LedgerEntry, NetworkState } from '../contract/models.ts';

/** The one door to the network: everything that leaves passes here, is written down, and stops while the Offline lock is on. */
export interface NetworkDoor {
  /** A `fetch` for SDKs and downloads; `reason` is written to the ledger. Rejects with InferenceError `offline-locked` beyond loopback while locked. */
  fetchFor(reason: string): typeof globalThis.fetch;
  state(): NetworkState;
  /** Turning it on also cuts connections that are open beyond loopback. */
  setLocked(on: boolean): void;
  /** Newest first. */
  ledger(before: number | undefined, limit: number): { entries: LedgerEntry[]; total: number };
  close(): Promise<void>;
}
