import type { z } from 'zod';
import { EngineError } from '../contract/errors.ts';
import type { Rng } from '../sources.ts';

/**
 * Writes what a run found out, in the transaction that marks the job done: both are on disk or neither.
 * It only writes and is quick; it may be called again when the transaction before was taken back (a full disk).
 */
export type Commit = () => void;

/** How long a failed job waits: `firstMs`, doubled with each further attempt, never more than `mostMs`. */
export interface Backoff { firstMs: number; mostMs: number }

/** What a run is given beside its input. */
export interface JobContext {
  readonly jobId: string;
  readonly sessionId: string | null;
  /** 1 for the first run. */
  readonly attempt: number;
  /** Aborted when the job is cancelled or removed, or the app closes. A run that goes on after that only keeps its place in the lane. */
  readonly signal: AbortSignal;
  /** How far it is (0 to 1) and what it does, in words for the person. Shown a few times a second, forgotten when the run ends. */
  progress(share: number, says: string): void;
}

/** One kind of background work. A job runs at least once, and its results are written once. */
export interface JobKind<Schema extends z.ZodType = z.ZodType> {
  /** Stands in the database: never rename one that was released. */
  readonly kind: string;
  readonly lane: string;
  /** Higher runs earlier in its lane; the same in the order of adding. */
  readonly priority: number;
  /** How many runs may fail, or be ended by a crash, before it is given up. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** What is stored is checked when it is added and again before each run, since a later version may ask for something else. */
  readonly input: Schema;
  /** What it does, for the person and without a full stop: "Scoring question 3". Kept with the job, so it holds nothing that the person wrote. */
  title(input: z.output<Schema>): string;
  /** Does the work without writing. @throws JobError, or anything: what nobody explained counts as worth another attempt */
  run(input: z.output<Schema>, context: JobContext): Commit | Promise<Commit>;
}

/** Gives `run` the type that its schema has. */
export const defineJob = <Schema extends z.ZodType>(kind: JobKind<Schema>): JobKind<Schema> => kind;

/** Why a run failed. `says` is for the person, without a full stop, and holds nothing that the person wrote. */
export interface JobFailure { code: string; says: string; retryable: boolean; retryAfterMs?: number | undefined }

/** A failure that a run explains itself. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly failure: JobFailure;
  constructor(failure: JobFailure, options?: ErrorOptions) {
    super(failure.says, options);
    this.failure = failure;
  }
}

/** For work whose kind could not say what it does. */
export const UNTITLED = 'Work in the background';
export const UNEXPECTED: JobFailure = { code: 'unexpected', says: 'something unexpected went wrong', retryable: true };
export const CRASHED: JobFailure = { code: 'crashed', says: 'Role Accel stopped while this was running', retryable: true };
export const UNKNOWN_KIND: JobFailure = { code: 'unknown-kind', says: 'this version of Role Accel does not know this work', retryable: false };
export const OUTDATED_INPUT: JobFailure = { code: 'outdated-input', says: 'what was stored for this work no longer fits this version', retryable: false };
export const ASYNC_COMMIT: JobFailure = { code: 'async-commit', says: 'the results were not written in one step', retryable: false };

/** @param explain what the layers above know about their own errors; undefined for others */
export function failureOf(error: unknown, explain: (error: unknown) => JobFailure | undefined): JobFailure {
  if (error instanceof JobError) return error.failure;
  if (error instanceof EngineError) return { code: error.code, says: error.message.replace(/\.$/, ''), retryable: true };
  return explain(error) ?? UNEXPECTED;
}

/**
 * Milliseconds until the next attempt: between half and the whole of the exponential step ("equal jitter", M. Brooker,
 * Exponential Backoff and Jitter, 2015), but never sooner than the other side asked for.
 */
export function retryDelay({ firstMs, mostMs }: Backoff, attempt: number, rng: Rng, retryAfterMs = 0): number {
  const step = Math.min(mostMs, firstMs * 2 ** (attempt - 1));
  return Math.ceil(Math.max(step * (0.5 + rng.next() / 2), retryAfterMs));
}
