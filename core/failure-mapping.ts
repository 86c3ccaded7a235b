import { ORPCError, ValidationError } from '@orpc/server';
import { describeError, ERROR_CATALOGUE, EngineError, type ErrorCode } from './contract/errors.ts';

/** A failure of the catalogue in the form that crosses the contract. */
function asContractError(code: ErrorCode, details: Record<string, string | number>, cause: unknown): ORPCError<ErrorCode, unknown> {
  const data = describeError(code, details);
  return new ORPCError(code, { defined: true, status: ERROR_CATALOGUE[code].status, message: data.happened, data, cause });
}

/** Turns whatever a call threw into a failure of the catalogue. What nobody expected is told to `report` and gets a number to quote. */
export function mapFailure(error: unknown, report: (reportId: string, error: unknown) => void, nextId: () => string): ORPCError<string, unknown> {
  if (error instanceof EngineError) return asContractError(error.code, error.details, error);
  if (error instanceof ORPCError) {
    if (error.defined) return error;
    if (error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') return asContractError('INPUT_INVALID', { reason: describeIssues(error.cause) }, error);
    if (error.code === 'NOT_FOUND') return asContractError('INPUT_INVALID', { reason: 'there is no such call.' }, error);
  }
  const reportId = nextId();
  report(reportId, error);
  return asContractError('ENGINE_UNEXPECTED', { reportId }, error);
}

/** Names the fields, not their values: the values may be personal. */
function describeIssues(error: ValidationError): string {
  return error.issues.slice(0, 3).map((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return `${path === '' ? 'input' : path}: ${issue.message}`;
  }).join('; ');
}

/** For `clientInterceptors` of every handler: nothing but the catalogue leaves the engine, neither as an answer nor inside a stream. */
export function failureInterceptor(report: (reportId: string, error: unknown) => void, nextId: () => string) {
  return async ({ next, signal }: { next: () => Promise<unknown>; signal?: AbortSignal | undefined }): Promise<unknown> => {
    try {
      const output = await next();
      return isStream(output) ? mapStreamFailures(output, signal) : output;
    } catch (error) {
      throw mapFailure(error, report, nextId);
    }
  };

  async function* mapStreamFailures(stream: AsyncIteratorObject<unknown>, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
    try {
      return yield* stream;
    } catch (error) {
      if (signal?.aborted) return undefined; // nobody listens any more
      throw mapFailure(error, report, nextId);
    }
  }
}

function isStream(output: unknown): output is AsyncIteratorObject<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
}
