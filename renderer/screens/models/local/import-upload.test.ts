import { expect, test, vi } from 'vitest';
import type { LocalModel } from '../../../../core/contract/models.ts';
import { SLICE_BYTES, uploadModel, type ImportCalls, type ImportProgress } from './import-upload.ts';

const file = (bytes: number): File => new File([new Uint8Array(bytes).map((_, index) => index % 251)], 'model.gguf');
const installed = { modelId: 'imported-1' } as LocalModel;

/** An engine that keeps what it is sent; `already` is what an earlier try left. */
function engine(already = 0): { calls: ImportCalls; offsets: number[]; stored: () => Promise<Uint8Array>; cancelled: () => number } {
  const parts: File[] = [];
  const offsets: number[] = [];
  let cancelled = 0;
  return {
    offsets, cancelled: () => cancelled,
    stored: async () => new Uint8Array(await new Blob(parts).arrayBuffer()),
    calls: {
      importStart: () => Promise.resolve({ importId: 'i', receivedBytes: already }),
      importChunk: ({ offset, chunk }) => { offsets.push(offset); parts.push(chunk); return Promise.resolve({ receivedBytes: offset + chunk.size }); },
      importFinish: () => Promise.resolve(installed),
      importCancel: () => { cancelled++; return Promise.resolve({}); },
    },
  };
}

test('every byte of a file arrives once and in order', async () => {
  const { calls, stored } = engine();
  const source = file(SLICE_BYTES * 2 + 17);
  expect(await uploadModel(calls, source, () => {}, new AbortController().signal)).toBe(installed);
  expect(Buffer.from(await stored()).equals(Buffer.from(await source.arrayBuffer()))).toBe(true);
});

test('the same file chosen again goes on where it stopped', async () => {
  const { calls, offsets } = engine(SLICE_BYTES);
  const told = vi.fn<(progress: ImportProgress) => void>();
  await uploadModel(calls, file(SLICE_BYTES * 2), told, new AbortController().signal);
  expect(offsets).toEqual([SLICE_BYTES]);
  expect(told.mock.calls[0]?.[0]).toEqual({ phase: 'copying', receivedBytes: SLICE_BYTES, totalBytes: SLICE_BYTES * 2, resumedBytes: SLICE_BYTES });
});

test('cancelling gives up what was copied and sends nothing more', async () => {
  const { calls, offsets, cancelled } = engine();
  const stop = new AbortController();
  const result = await uploadModel(calls, file(SLICE_BYTES * 3), ({ receivedBytes }) => { if (receivedBytes > 0) stop.abort(); }, stop.signal);
  expect(result).toBeNull();
  expect(offsets).toEqual([0]);
  expect(cancelled()).toBe(1);
});

test('a failed slice is passed on and leaves what was copied for the next try', async () => {
  const { calls, cancelled } = engine();
  calls.importChunk = () => Promise.reject(new Error('disk full'));
  await expect(uploadModel(calls, file(10), () => {}, new AbortController().signal)).rejects.toThrow('disk full');
  expect(cancelled()).toBe(0);
});

test('an engine that takes nothing ends the import instead of asking for ever', async () => {
  const { calls } = engine();
  calls.importChunk = ({ offset }) => Promise.resolve({ receivedBytes: offset });
  await expect(uploadModel(calls, file(10), () => {}, new AbortController().signal)).rejects.toThrow('did not move on');
});
