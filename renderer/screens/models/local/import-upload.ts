import type { LocalModel } from '../../../../core/contract/models.ts';

/** Bytes a slice; well below what one message may hold. */
export const SLICE_BYTES = 4_000_000;

/** The calls an import needs; the contract's own. */
export interface ImportCalls {
  importStart(input: { name: string; bytes: number }): Promise<{ importId: string; receivedBytes: number }>;
  importChunk(input: { importId: string; offset: number; chunk: File }): Promise<{ receivedBytes: number }>;
  importFinish(input: { importId: string }): Promise<LocalModel>;
  importCancel(input: { importId: string }): Promise<unknown>;
}

export interface ImportProgress { phase: 'copying' | 'checking'; receivedBytes: number; totalBytes: number; /** What an earlier try had copied. */ resumedBytes: number }

/**
 * Copies a file into the engine, slice after slice, from where an earlier try stopped, and has it checked. When `signal`
 * aborts, what was copied is given up and null is returned; any failure leaves it there for the next try.
 * @throws what the calls throw
 */
export async function uploadModel(calls: ImportCalls, file: File, onProgress: (progress: ImportProgress) => void, signal: AbortSignal): Promise<LocalModel | null> {
  const { importId, receivedBytes: resumedBytes } = await calls.importStart({ name: file.name, bytes: file.size });
  let receivedBytes = resumedBytes;
  const tell = (phase: ImportProgress['phase']): void => onProgress({ phase, receivedBytes, totalBytes: file.size, resumedBytes });
  const giveUp = async (): Promise<null> => { await calls.importCancel({ importId }); return null; };
  tell('copying');
  while (receivedBytes < file.size) {
    if (signal.aborted) return giveUp();
    const slice = file.slice(receivedBytes, receivedBytes + SLICE_BYTES);
    const answer = await calls.importChunk({ importId, offset: receivedBytes, chunk: new File([slice], file.name) });
    if (answer.receivedBytes <= receivedBytes) throw new Error('an import did not move on');
    receivedBytes = answer.receivedBytes;
    tell('copying');
  }
  if (signal.aborted) return giveUp();
  tell('checking');
  return calls.importFinish({ importId });
}
