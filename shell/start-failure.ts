import { EngineError, describeError } from '../core/contract/errors.ts';
import { StartOptionsError } from './start-options.ts';

/** Why the app could not start, in words for the person: never a stack. */
export function describeStartFailure(error: unknown): string {
  if (error instanceof EngineError) {
    const { happened, kept, todo } = describeError(error.code, error.details);
    return [happened, kept, todo].join('\n');
  }
  if (error instanceof StartOptionsError) return error.message;
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'EADDRINUSE') return 'The port is already used by another program.\nChoose another with --port N, or leave it out.';
    if (error.code === 'EACCES') return `Not permitted: ${error.message}`;
  }
  return `Role Accel could not start: ${error instanceof Error ? error.message : String(error)}`;
}
