import { oc, type ErrorMap } from '@orpc/contract';
import { ERROR_CATALOGUE, errorDataSchema, type ErrorCode } from './errors.ts';

const errorMap = Object.fromEntries(
  Object.entries(ERROR_CATALOGUE).map(([code, { status, happened }]) => [code, { status, message: happened, data: errorDataSchema }]),
) as Record<ErrorCode, { status: number; message: string; data: typeof errorDataSchema }> satisfies ErrorMap;

/** A call of the contract: every call may fail with any code of the one catalogue, and with nothing else. */
export const procedure = oc.errors(errorMap);
