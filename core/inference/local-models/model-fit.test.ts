import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../../../testing/engine.ts';
import { catalogueFileSchema } from '../models-config.ts';
import { bytesNeeded, estimateFromShape, judgeFit, memoryForModels, needFromEstimates, recommend } from './model-fit.ts';

const GB = 1024 ** 3;
const catalogue = catalogueFileSchema.parse(JSON.parse(readFileSync(join(PROJECT, 'models/catalogue.json'), 'utf8')));

/** The catalogue as it would be listed on a machine. */
const listed = (totalGb: number, availableGb: number, installed: string[] = []) => catalogue.models.map((model) => ({
  modelId: model.id, role: model.role, origin: 'catalogue' as const, parametersB: model.parametersB, installed: installed.includes(model.id), fileBytes: model.aboutFileBytes,
  fit: judgeFit(estimateFromShape(model), Math.min(8192, model.contextTokens), memoryForModels({ totalBytes: totalGb * GB, availableBytes: availableGb * GB }, 0), false),
}));

describe('what fits', () => {
  it('says it in numbers: well, just, and not', () => {
    const need = { fixedBytes: 2 * GB, bytesPerToken: 100_000 };
    expect(judgeFit(need, 8192, 8 * GB, true)).toMatchObject({ verdict: 'fits-well', smallerContext: null, says: 'Needs 2.8 GB with a context of 8,192 tokens; 8.0 GB can be used.' });
    expect(judgeFit(need, 8192, 3 * GB, true)).toMatchObject({ verdict: 'fits', says: expect.stringContaining('leaves little') as string });
    expect(judgeFit(need, 8192, 2.5 * GB, true)).toMatchObject({ verdict: 'does-not-fit', smallerContext: { tokens: 4096 }, says: expect.stringContaining('With a context of 4,096 tokens it would fit') as string });
    expect(judgeFit(need, 8192, GB, false)).toMatchObject({ verdict: 'does-not-fit', smallerContext: null, says: expect.stringMatching(/^Needs about .*Choose a smaller model/) as string });
    expect(judgeFit(null, 8192, GB, false)).toMatchObject({ verdict: 'unknown', needsBytes: null });
  });

  it('never gets better with more context or less memory, and a smaller context that is offered does fit', () => {
    const order = ['does-not-fit', 'fits', 'fits-well'];
    fc.assert(fc.property(fc.integer({ min: 0, max: 10e9 }), fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 512, max: 131_072 }), fc.integer({ min: 0, max: 64 * GB }), (fixedBytes, bytesPerToken, context, available) => {
      const need = { fixedBytes, bytesPerToken };
      const fit = judgeFit(need, context, available, true);
      expect(order.indexOf(judgeFit(need, context * 2, available, true).verdict)).toBeLessThanOrEqual(order.indexOf(fit.verdict));
      expect(order.indexOf(judgeFit(need, context, available / 2, true).verdict)).toBeLessThanOrEqual(order.indexOf(fit.verdict));
      if (fit.smallerContext) expect(bytesNeeded(need, fit.smallerContext.tokens)).toBeLessThanOrEqual(available);
    }));
  });

  it('leaves the system a reserve and counts what would be freed', () => {
    expect(memoryForModels({ totalBytes: 16 * GB, availableBytes: 10 * GB }, 0)).toBe(9 * GB);
    expect(memoryForModels({ totalBytes: 16 * GB, availableBytes: 10 * GB }, 3 * GB)).toBe(12 * GB);
    expect(memoryForModels({ totalBytes: 4 * GB, availableBytes: 2 * GB }, 0)).toBe(Math.round(1.4 * GB));
    expect(memoryForModels({ totalBytes: 4 * GB, availableBytes: 0 }, 0)).toBe(0);
  });

  it('draws a straight line through two estimates', () => {
    const need = needFromEstimates({ contextTokens: 1000, totalBytes: 5000 }, { contextTokens: 3000, totalBytes: 9000 });
    expect([bytesNeeded(need, 1000), bytesNeeded(need, 2000), bytesNeeded(need, 8000)]).toEqual([5000, 7000, 19_000]);
    expect(needFromEstimates({ contextTokens: 512, totalBytes: 5000 }, { contextTokens: 512, totalBytes: 5000 })).toEqual({ fixedBytes: 5000, bytesPerToken: 0 });
  });
});

describe('the recommendation', () => {
  const on = (totalGb: number, availableGb: number, change: Partial<{ cores: number; hasGraphicsCard: boolean; diskFreeBytes: number }> = {}, installed: string[] = []) => {
    const best = recommend(listed(totalGb, availableGb, installed), { cores: 8, hasGraphicsCard: false, diskFreeBytes: 100e9, ...change });
    return catalogue.models.find(({ id }) => id === best)?.parametersB;
  };
  it('is the largest instruct model that fits well', () => {
    expect(on(32, 24)).toBe(8.17);
    expect(on(16, 7)).toBe(4);
    expect(on(8, 4.5)).toBe(2.53);
    expect(on(4, 2)).toBeLessThan(1.5);
    expect(on(2, 0.6)).toBeUndefined();
  });
  it('stays at 4 B and below on few cores without a graphics card', () => {
    expect(on(32, 24, { cores: 4 })).toBe(4);
    expect(on(32, 24, { cores: 4, hasGraphicsCard: true })).toBe(8.17);
  });
  it('skips what the disk cannot hold, unless it is here already', () => {
    expect(on(32, 24, { diskFreeBytes: 1.3e9 })).toBe(1.71);
    expect(on(32, 24, { diskFreeBytes: 1.3e9 }, ['granite-3-3-8b'])).toBe(8.17);
  });
});

describe('the catalogue', () => {
  it('has instruct models from half a billion to eight billion parameters and two embedders, small to large, with licences', () => {
    const instruct = catalogue.models.filter(({ role }) => role === 'instruct');
    expect(instruct.length).toBeGreaterThanOrEqual(8);
    expect(catalogue.models.filter(({ role }) => role === 'embedder')).toHaveLength(2);
    expect(instruct.map(({ parametersB }) => parametersB)).toEqual(instruct.map(({ parametersB }) => parametersB).toSorted((a, b) => a - b));
    expect(new Set(catalogue.models.map(({ id }) => id)).size).toBe(catalogue.models.length);
    for (const model of catalogue.models) expect(model.licence, model.id).not.toBe('');
  });
  it('gives sizes that go with parameters and quantisation', () => {
    for (const { id, aboutFileBytes, parametersB, quantisation } of catalogue.models) {
      const bits = (aboutFileBytes * 8) / (parametersB * 1e9);
      expect(bits, id).toBeGreaterThan(quantisation === 'Q8_0' ? 8 : 4.5);
      expect(bits, id).toBeLessThan(quantisation === 'Q8_0' ? 9 : 8.2);
    }
  });
});
