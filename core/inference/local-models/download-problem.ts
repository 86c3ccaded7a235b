import { describeError, EngineError, type ErrorCode } from '../../contract/errors.ts';
import type { Download } from '../../contract/models.ts';
import { HUB_FAULTS, type HubError } from './hub-error.ts';

export type DownloadProblem = NonNullable<Download['problem']>;

const MB = 1_000_000;
export const megabytes = (bytes: number): number => Math.round(bytes / MB);

const problem = (code: ErrorCode, details: Record<string, string | number>, at: string): DownloadProblem => {
  const { happened, kept, todo } = describeError(code, details);
  return { code, happened, kept, todo, at };
};

/** What the person is told when the hub or the line is at fault. */
export function problemOfHub(error: HubError, of: { name: string; host: string; keptBytes: number }, at: string): DownloadProblem {
  if (error.fault === 'locked') return problem('OFFLINE_LOCKED', { host: of.host }, at);
  if (error.fault === 'wrong-size') return problem('DOWNLOAD_WRONG_BYTES', { name: of.name, reason: error.reason }, at);
  return stopped({ ...of, reason: error.reason, advice: HUB_FAULTS[error.fault].advice }, at);
}

/** Anything else: the disk, the file itself, the engine. */
export function problemOfError(error: unknown, of: { name: string; keptBytes: number }, at: string): DownloadProblem {
  if (error instanceof EngineError) return problem(error.code, error.details, at);
  const code = (error as NodeJS.ErrnoException).code;
  const reason = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `the disk refused a write (${code ?? 'unknown'})`;
  return stopped({ ...of, reason, advice: 'Free some space or check the disk, then resume.' }, at);
}

export function stopped({ name, keptBytes, reason, advice }: { name: string; keptBytes: number; reason: string; advice: string }, at: string): DownloadProblem {
  return problem('DOWNLOAD_FAILED', { name, reason, advice, keptMb: megabytes(keptBytes) }, at);
}

export const appWasClosed = (name: string, keptBytes: number, at: string): DownloadProblem =>
  stopped({ name, keptBytes, reason: 'the app was closed', advice: 'Resume when you like.' }, at);

/** Said while the download goes on. `NOTE_*` codes are not failures. */
export const beginsAnew = (reason: string, at: string): DownloadProblem =>
  ({ code: 'NOTE_BEGINS_ANEW', happened: `The download begins again from the start: ${reason}.`, kept: 'Nothing of what was there before could be used.', todo: 'Nothing to do.', at });
export const noChecksum = (at: string): DownloadProblem =>
  ({ code: 'NOTE_NO_CHECKSUM', happened: 'The hub gives no checksum for this file, so only its size and form can be checked.', kept: 'Its SHA-256 is worked out here and shown when it is done.', todo: 'Compare it with one you trust, if you have one.', at });
export const triesAgain = (reason: string, waitMs: number, at: string): DownloadProblem =>
  ({ code: 'NOTE_TRIES_AGAIN', happened: `Waiting, because ${reason}. Next try in ${waitMs < 90_000 ? `${Math.max(1, Math.round(waitMs / 1000))} s` : `${Math.round(waitMs / 60_000)} min`}.`, kept: 'What is on disk stays.', todo: 'Nothing to do; pause it if you like.', at });
