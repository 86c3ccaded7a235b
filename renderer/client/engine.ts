import { createORPCClient } from '@orpc/client';
import { useStore } from 'zustand';
import type { EngineClient } from '../../core/contract/index.ts';
import { createConnection, type ConnectionStatus } from './connection.ts';
import { openEngine } from './transport.ts';

/** This window's one connection; opening starts as soon as this module is loaded. */
export const connection = createConnection(openEngine);

/** Every call of the contract, typed. Prefer `useEngineQuery` and `useEngineCommand` inside components. */
export const engine: EngineClient = createORPCClient(connection.link);

/** The state of the connection, for what is shown while it is away. */
export function useConnection(): ConnectionStatus {
  return useStore(connection.status);
}
