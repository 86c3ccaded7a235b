import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyModel } from '../../../../testing/tiny-model.ts';
import { EngineError } from '../../../contract/errors.ts';
import { estimateMemory, readGguf } from './gguf-facts.ts';
import { readGgufHeader } from './gguf-header.ts';
import { planMemory } from './memory-plan.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'role-accel-gguf-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the header of a GGUF file', () => {
  it('tells what the file is', async () => {
    const { facts, layers, keyValueWidth, vocabulary } = await readGguf(tinyModel());
    expect(facts).toMatchObject({ architecture: 'llama', name: 'Tiny random model', licence: 'CC0-1.0', parameters: 107_584, quantisation: 'F32', trainedContextTokens: 8192, hasChatTemplate: true, isEmbedder: false });
    expect({ layers, keyValueWidth, vocabulary }).toEqual({ layers: 2, keyValueWidth: 32, vocabulary: 262 });
    expect((await readGguf(tinyModel({ embedder: true }))).facts).toMatchObject({ hasChatTemplate: false, isEmbedder: true });
  });

  it('with a byte missing anywhere at the end is cut off', async () => {
    const file = join(folder, 'cut.gguf');
    const whole = readFileSync(tinyModel());
    for (const bytes of [1, 31, 1_000, whole.length - 5_000, whole.length - 100, whole.length - 24]) {
      writeFileSync(file, whole.subarray(0, whole.length - bytes));
      await expect(readGgufHeader(file), `${bytes} bytes missing`).rejects.toThrow(/cut off/);
    }
  });

  it('damaged in any way is read or refused, never anything else, and quickly', async () => {
    const whole = readFileSync(tinyModel());
    const file = join(folder, 'damaged.gguf');
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(8_000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }), async (changes) => {
      const damaged = Buffer.from(whole);
      for (const [at, value] of changes) damaged[at] = value;
      writeFileSync(file, damaged);
      const started = performance.now();
      await readGguf(file).catch((error: unknown) => { if (!(error instanceof EngineError && error.code === 'MODEL_UNREADABLE')) throw error; });
      expect(performance.now() - started).toBeLessThan(2_000);
    }), { numRuns: 60, seed: 3 });
  }, 60_000);

  it('says what is wrong with a folder, a missing file and another format', async () => {
    await expect(readGgufHeader(folder)).rejects.toThrow(/not a file/);
    await expect(readGgufHeader(join(folder, 'nowhere.gguf'))).rejects.toThrow(/does not exist/);
    const file = join(folder, 'other.gguf');
    writeFileSync(file, Buffer.alloc(100, 'PK'));
    await expect(readGgufHeader(file)).rejects.toThrow(/does not begin like/);
    copyFileSync(tinyModel(), file);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(1, 4);
    writeFileSync(file, bytes);
    await expect(readGgufHeader(file)).rejects.toThrow(/version is 1/);
  });
});

describe('the memory plan', () => {
  const gigabyte = 1e9;
  /** Much like a model of 4 billion parameters in four bits. */
  const shape = { facts: { architecture: 'llama', name: null, licence: null, parameters: 4e9, quantisation: 'Q4_K_M', trainedContextTokens: 32_768, fileBytes: 2.5 * gigabyte, hasChatTemplate: true, isEmbedder: false }, layers: 36, keyValueWidth: 1024, width: 2560, vocabulary: 151_936 };

  it('reckons keys and values of every layer in half precision', () => {
    const difference = estimateMemory(shape, 8192, 1, 'instruct').contextBytes - estimateMemory(shape, 4096, 1, 'instruct').contextBytes;
    expect(difference / (2 * 36 * 4096 * 1024 * 2)).toBeCloseTo(1, 1);
  });

  it('takes three conversations where there is room, fewer where there is not, and never more context than was trained', () => {
    expect(planMemory('M', shape, 'instruct', null, 16 * gigabyte)).toEqual({ contextTokens: 8192, sequences: 3 });
    expect(planMemory('M', shape, 'instruct', 8192, 8 * gigabyte)).toEqual({ contextTokens: 8192, sequences: 2 });
    expect(planMemory('M', shape, 'instruct', 8192, 4.2 * gigabyte)).toEqual({ contextTokens: 8192, sequences: 1 });
    expect(planMemory('M', { ...shape, facts: { ...shape.facts, trainedContextTokens: 1024 } }, 'instruct', null, 16 * gigabyte).contextTokens).toBe(1024);
  });

  it('chooses a smaller context by itself only when none was asked for', () => {
    expect(planMemory('M', shape, 'instruct', null, 3.6 * gigabyte)).toEqual({ contextTokens: 4096, sequences: 1 });
    expect(() => planMemory('M', shape, 'instruct', 8192, 3.6 * gigabyte)).toThrow(EngineError);
  });

  it('names the largest context that fits, which does fit', () => {
    try {
      planMemory('M', shape, 'instruct', 16_384, 3.6 * gigabyte);
      expect.unreachable();
    } catch (error) {
      const { details } = error as EngineError;
      expect(details['advice']).toMatch(/^Use a context of 4096 tokens/);
      expect(planMemory('M', shape, 'instruct', 4096, 3.6 * gigabyte).contextTokens).toBe(4096);
    }
  });

  it('advises another model when no context fits', () => {
    expect(() => planMemory('M', shape, 'instruct', null, gigabyte)).toThrowError(expect.objectContaining({ details: expect.objectContaining({ advice: 'Choose a smaller model, or close other programs and try again.' }) }));
  });
});
