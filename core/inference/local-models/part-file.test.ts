import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../testing/engine.ts';
import { bytesOf, ChunkWriter, hashFile, missingRanges, openPart, verifyChunks, type Chunk } from './part-file.ts';
import { TransferRate } from './transfer-rate.ts';

const never = new AbortController().signal;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => { folder = temporaryFolder(); });
afterEach(() => folder.dispose());

describe('what is missing', () => {
  it('and what is there are the whole, whatever chunks there are', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 20 })), { maxLength: 8 }), fc.nat(40), (gaps, tail) => {
      const chunks: Chunk[] = [];
      let at = 0;
      for (const [gap, bytes] of gaps) { at += gap; chunks.push({ at, bytes, sha256: '' }); at += bytes; }
      const total = at + tail;
      const missing = missingRanges(chunks.toReversed(), total);
      expect(missing.reduce((sum, { from, to }) => sum + to - from, 0) + bytesOf(chunks)).toBe(total);
      for (const { from, to } of missing) for (const chunk of chunks) expect(to <= chunk.at || from >= chunk.at + chunk.bytes).toBe(true);
    }));
  });
});

describe('chunks on disk', () => {
  it('are told when whole, flushed when not, and found again by their hash', async () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
    const path = join(folder.path, 'file');
    const chunks: Chunk[] = [];
    const file = await openPart(path);
    const writer = new ChunkWriter(file, 0, 300, (chunk) => chunks.push(chunk));
    for (let at = 0; at < 1000; at += 70) await writer.write(bytes.subarray(at, at + 70));
    expect(chunks.map(({ at, bytes: size }) => [at, size])).toEqual([[0, 300], [300, 300], [600, 300]]);
    expect([writer.at, writer.pending]).toEqual([1000, 100]);
    writer.flush();
    writer.flush();
    expect(chunks).toHaveLength(4);
    await file.close();
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(await hashFile(path, never)).toBe(createHash('sha256').update(bytes).digest('hex'));

    const damaged = Buffer.from(bytes);
    damaged[450] = 0xff;
    writeFileSync(path, damaged.subarray(0, 950));
    const again = await openPart(path);
    let verified = 0;
    expect(await verifyChunks(again, chunks, never, (count) => { verified += count; })).toEqual([chunks[0], chunks[2]]);
    expect(verified).toBe(600);
    await again.close();
  });

  it('are hashed without holding the loop', async () => {
    const path = join(folder.path, 'large');
    writeFileSync(path, Buffer.alloc(64 * 1024 * 1024));
    const gaps: number[] = [];
    let last = performance.now();
    const heart = setInterval(() => { gaps.push(performance.now() - last); last = performance.now(); }, 1);
    await hashFile(path, never);
    clearInterval(heart);
    expect(gaps.length).toBeGreaterThan(20);
    expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.9)]).toBeLessThan(30);
  });

  it('stop being read when nobody wants it any more', async () => {
    const path = join(folder.path, 'file');
    writeFileSync(path, Buffer.alloc(1000));
    await expect(hashFile(path, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('the speed', () => {
  it('is that of the last seconds, and unknown at first', () => {
    const rate = new TransferRate();
    expect(rate.perSecond(0)).toBeNull();
    rate.add(100, 0);
    expect(rate.perSecond(100)).toBeNull();
    for (let at = 100; at <= 10_000; at += 100) rate.add(100, at);
    expect(rate.perSecond(10_000)).toBe(1000);
    for (let at = 10_100; at <= 20_000; at += 100) rate.add(500, at);
    expect(rate.perSecond(20_000)).toBe(5000);
    expect(rate.perSecond(40_000)).toBeLessThan(1100);
  });
});
