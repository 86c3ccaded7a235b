import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import type { AppStatus } from '../../core/contract/app.ts';
import { OUTDATED_BY, queryKeys } from '../client/query-keys.ts';
import { startStrings } from './strings.ts';
import { comparedWords, trustText, trustWords } from './trust-words.ts';

beforeAll(() => startStrings());

type Told = Pick<AppStatus, 'answering' | 'comparing'>;
const COACH = { who: 'coach', name: 'Built-in coach', leaves: 'nothing', host: null } as const;
const LOCAL = { who: 'local', name: 'Compact 4B', leaves: 'nothing', host: null } as const;
const CLOUD = { who: 'cloud', name: 'Big', leaves: 'answers', host: 'a.test' } as const;
const ELSEWHERE = { name: 'Vectors', host: 'b.test' };
const t = () => i18next.getFixedT('en', 'app');

test('with a model elsewhere that compares by meaning, nowhere is it said that nothing leaves', () => {
  for (const answering of [COACH, LOCAL, CLOUD]) {
    const status: Told = { answering, comparing: ELSEWHERE };
    const { what, leaves } = trustWords(t(), status);
    expect([leaves, what.includes('nothing')]).toEqual(['answers', false]);
    expect(trustText(t(), status)).not.toMatch(/^Nothing/);
    expect(trustText(t(), status)).toContain('What you answer and search for also goes to Vectors at b.test to be compared by meaning, until another way is chosen under Settings, Memory.');
  }
});

test('when that stays here, it is said that nothing leaves', () => {
  for (const answering of [COACH, LOCAL]) {
    const status: Told = { answering, comparing: null };
    expect([trustWords(t(), status).what, comparedWords(t(), null)]).toEqual(['nothing leaves this machine', undefined]);
    expect(trustText(t(), status)).toMatch(/^Nothing\. /);
  }
  expect(trustWords(t(), undefined).leaves).toBe('unknown');
});

test('another choice of what compares is told anew', () => {
  expect(OUTDATED_BY['memory-changed']).toContain(queryKeys.status);
});
