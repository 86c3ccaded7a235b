import { ORPCError } from '@orpc/client';
import i18next from 'i18next';
import type { ErrorCode, ErrorData } from '../../core/contract/errors.ts';
import { ConnectionLost } from './connection.ts';

/** The engine's codes, and the two that only a window can meet. */
export type WindowErrorCode = ErrorCode | 'CONNECTION_LOST' | 'WINDOW_UNEXPECTED';
export interface EngineFailure { code: WindowErrorCode; data: ErrorData }

/** Turns whatever a call threw into a code and the words for it; never a raw message or a stack. */
export function mapEngineError(error: unknown): EngineFailure {
  if (error instanceof ConnectionLost) return ownWords('CONNECTION_LOST', error.sent ? 'connectionLost' : 'connectionAway', 'retry');
  if (error instanceof ORPCError && isErrorData(error.data)) return { code: error.code as ErrorCode, data: error.data };
  return ownWords('WINDOW_UNEXPECTED', 'windowUnexpected', 'reload');
}

/** True when the connection failed rather than the engine: what was asked may be asked again as it is. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof ConnectionLost;
}

function ownWords(code: WindowErrorCode, key: 'connectionLost' | 'connectionAway' | 'windowUnexpected', action: ErrorData['action']): EngineFailure {
  const word = (part: 'happened' | 'kept' | 'todo'): string => i18next.t(`app:${key}.${part}`);
  return { code, data: { happened: word('happened'), kept: word('kept'), todo: word('todo'), action, details: {} } };
}

function isErrorData(data: unknown): data is ErrorData {
  if (typeof data !== 'object' || data === null) return false;
  const candidate = data as Record<string, unknown>;
  return ['happened', 'kept', 'todo', 'action'].every((key) => typeof candidate[key] === 'string');
}
