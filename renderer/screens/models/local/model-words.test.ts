import { expect, test } from 'vitest';
import type { Download, LocalModel } from '../../../../core/contract/models.ts';
import { modelActions, shortBytes, shortChecksum } from './model-words.ts';

const model = (change: Partial<LocalModel> = {}): LocalModel => ({
  modelId: 'm', name: 'M', about: '', role: 'instruct', origin: 'catalogue', installed: false, parametersB: 4, quantisation: 'Q4_K_M', licence: null, licenceUrl: null, contextTokens: 8192,
  sourceUrl: null, fileBytes: 2e9, fileBytesAbout: true, sha256: null, fit: { verdict: 'fits', needsBytes: 3e9, availableBytes: 8e9, contextTokens: 8192, smallerContext: null, says: '' },
  recommended: false, inUse: false, load: 'not-loaded', loadSays: null, tokensPerSecond: null, download: null, ...change,
});
const tooLarge = { verdict: 'does-not-fit', needsBytes: 10.9e9, availableBytes: 10.4e9, contextTokens: 8192, smallerContext: null, says: '' } as const;
const download = (state: Download['state']): Download => ({ modelId: 'm', name: 'M', state, receivedBytes: 1, totalBytes: 2, bytesPerSecond: null, secondsLeft: null, from: 'hub', problem: null });

test('a half file is never offered as usable, whatever its download does', () => {
  for (const state of ['waiting', 'running', 'paused', 'checking', 'failed'] as const) {
    expect(modelActions(model(), download(state))).not.toContain('use');
    expect(modelActions(model(), download(state))).toContain('cancel');
  }
});

test('a download that stands still can be resumed, a running one paused, one being checked neither', () => {
  expect(modelActions(model(), download('failed'))[0]).toBe('resume');
  expect(modelActions(model(), download('running'))[0]).toBe('pause');
  expect(modelActions(model(), download('checking'))).toEqual(['cancel']);
});

test('a model that does not fit is not offered for download, unless a smaller context makes it fit', () => {
  expect(modelActions(model({ fit: tooLarge }), null)).toEqual([]);
  const smaller = { ...tooLarge, smallerContext: { tokens: 4096, needsBytes: 10.1e9 } };
  expect(modelActions(model({ fit: smaller }), null)).toEqual(['get-smaller']);
  expect(modelActions(model({ fit: smaller, installed: true }), null)[0]).toBe('use-smaller');
  expect(modelActions(model({ fit: tooLarge, installed: true }), null)).toEqual(['delete']);
});

test('what is in use can be stopped before it can be deleted', () => {
  expect(modelActions(model({ installed: true, inUse: true }), null)).toEqual(['stop', 'speed', 'delete']);
});

test('says by how much a model is too large', () => {
  expect(shortBytes(model({ fit: tooLarge }))).toBeCloseTo(0.5e9);
  expect(shortBytes(model())).toBeNull();
});

test('a checksum is shortened to its ends', () => {
  expect(shortChecksum('0123456789abcdef'.repeat(4))).toBe('01234567…cdef');
});
