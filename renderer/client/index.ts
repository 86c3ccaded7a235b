// How screens talk to the engine.
export { ConnectionLost, type ConnectionState } from './connection.ts';
export { engine, useConnection } from './engine.ts';
export { isConnectionLost, mapEngineError, type EngineFailure } from './engine-error.ts';
export { queryClient } from './query-client.ts';
export { queryKeys } from './query-keys.ts';
export { saveFile } from './save-file.ts';
export { useEngineCommand, useEngineQuery, useEngineStream } from './use-engine.ts';
