import { expect, test } from 'vitest';
import { countPlaywright, countVitest, type PlaywrightReport, type VitestReport } from './test-counts.ts';

const vitest = (changes: Partial<VitestReport> = {}): VitestReport => ({ numPassedTests: 3, numFailedTests: 0, testResults: [], ...changes });
const playwright = (changes: Partial<PlaywrightReport> = {}): PlaywrightReport => ({ stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 }, suites: [], ...changes });

test('counts what passed and failed', () => {
  expect(countVitest(vitest({ numFailedTests: 1 }), 1)).toMatchObject({ passed: 3, failed: 1 });
  expect(countPlaywright(playwright({ stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 0 } }), 1)).toMatchObject({ passed: 3, failed: 1 });
});

test('a file that does not load is a failure although none of its tests failed', () => {
  const counts = countVitest(vitest({ testResults: [{ name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [{ status: 'passed', fullName: 'x' }] }] }), 1);
  expect(counts).toMatchObject({ failed: 1, faults: ['a.test.ts did not load or its set-up failed: no such module'] });
});

test('a failed file with a failed test is counted once', () => {
  expect(countVitest(vitest({ numFailedTests: 1, testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'failed', fullName: 'x' }] }] }), 1).failed).toBe(1);
});

test('no results at all is a failure', () => {
  expect(countVitest(undefined, 139)).toMatchObject({ passed: 0, failed: 1 });
  expect(countPlaywright(undefined, 1)).toMatchObject({ passed: 0, failed: 1 });
});

test('a bad end without a failed test is a failure', () => {
  expect(countVitest(vitest(), 1).failed).toBe(1);
  expect(countPlaywright(playwright(), 1).failed).toBe(1);
});

test('an error outside of any test is a failure', () => {
  expect(countPlaywright(playwright({ errors: [{ message: 'no browser' }] }), 1)).toMatchObject({ failed: 1, faults: ['no browser'] });
});

test('what was not run is named with its reason', () => {
  const skipped = { title: 'opens a window', tests: [{ status: 'skipped', annotations: [{ type: 'skip', description: 'Electron binary not here' }] }] };
  expect(countPlaywright(playwright({ suites: [{ title: 'a', suites: [{ title: 'b', specs: [skipped] }] }] }), 0).notRun).toEqual(['opens a window (Electron binary not here)']);
  expect(countVitest(vitest({ testResults: [{ name: 'a', status: 'passed', assertionResults: [{ status: 'skipped', fullName: 'later' }] }] }), 0).notRun).toEqual(['later']);
});
