import { describe, expect, test } from 'vitest';
import type { PackSummary, Setup } from '../../../../core/contract/interview.ts';
import { kindObstacle, likelyPacks, searchPacks, surpriseSetup, withServableKind } from './setup-choices.ts';

const pack = (packId: string, over: Partial<PackSummary> = {}): PackSummary => ({
  packId, title: packId, about: '', version: 1, questions: 20, unseen: 20,
  byLevel: { junior: 6, mid: 8, senior: 6 }, byKind: { behavioural: 5, technical: 10, 'system-design': 5, case: 0 }, ...over,
});
const setup: Setup = { packId: 'a', level: 'mid', kind: 'mixed', minutes: 35, mode: 'exam', pressure: 'tough', followUps: false, hints: true, clock: false };

describe('kindObstacle', () => {
  test('says that a posting is needed before questions can come from it', () => {
    expect(kindObstacle('posting', pack('a'), false)).toBe('no-posting');
    expect(kindObstacle('posting', pack('a'), true)).toBeNull();
  });
  test('refuses a kind the pack has nothing of, and counts cases as technical', () => {
    const people = pack('people', { byKind: { behavioural: 20, technical: 0, 'system-design': 0, case: 2 } });
    expect(kindObstacle('system-design', people, false)).toBe('no-questions');
    expect(kindObstacle('technical', people, false)).toBeNull();
    expect(withServableKind({ ...setup, kind: 'system-design' }, people).kind).toBe('mixed');
    expect(withServableKind({ ...setup, kind: 'behavioural' }, people).kind).toBe('behavioural');
  });
});

describe('likelyPacks', () => {
  const packs = [pack('a'), pack('b', { unseen: 3 }), pack('c'), pack('d', { unseen: 12 }), pack('e')];
  test('puts the role last used first, then the most practised', () => {
    expect(likelyPacks(packs, 'e', 'e').map(({ packId }) => packId)).toEqual(['e', 'b', 'd']);
  });
  test('does not move the cards when one of them is chosen', () => {
    expect(likelyPacks(packs, 'e', 'd').map(({ packId }) => packId)).toEqual(['e', 'b', 'd']);
  });
  test('shows a role chosen from the full list in the last place', () => {
    expect(likelyPacks(packs, 'e', 'c').map(({ packId }) => packId)).toEqual(['e', 'b', 'c']);
  });
});

test('finds roles by any words of title and description', () => {
  const packs = [pack('a', { title: 'Backend engineer', about: 'Services and storage' }), pack('b', { title: 'Product manager' })];
  expect(searchPacks(packs, ' storage ENGINEER ').map(({ packId }) => packId)).toEqual(['a']);
  expect(searchPacks(packs, '')).toHaveLength(2);
});

describe('surpriseSetup', () => {
  const packs = [pack('a'), pack('b', { unseen: 0 }), pack('c'), pack('x', { byLevel: { junior: 20, mid: 0, senior: 0 } })];
  test('takes another role with unseen questions of the level', () => {
    for (const at of [0, 0.3, 0.6, 0.999]) expect(surpriseSetup(setup, packs, () => at).packId).toBe('c');
  });
  test('leaves level, feedback and switches as they are', () => {
    expect(surpriseSetup(setup, packs, () => 0.5)).toMatchObject({ level: 'mid', mode: 'exam', followUps: false, hints: true, clock: false });
  });
  test('never picks a kind the role has nothing of', () => {
    const only = [pack('a'), pack('p', { byKind: { behavioural: 20, technical: 0, 'system-design': 0, case: 0 } })];
    for (let i = 0; i < 10; i += 1) expect(['behavioural', 'mixed']).toContain(surpriseSetup(setup, only, () => i / 10).kind);
  });
});
