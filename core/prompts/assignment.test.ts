import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armFor } from './assignment.ts';
import type { PromptExperiment } from './prompt-config.ts';

type Arms = Pick<PromptExperiment, 'id' | 'arms'>;

const SESSIONS = 10_000;
/** Standard deviations that chance is allowed: one test in a million is red for nothing. */
const SIGMAS = 5;

/** Session ids as the app makes them, one every few minutes or seconds; the same ones for the same seed. */
const sessionIds = (seed: number, everyMs: number, count = SESSIONS): string[] => Array.from({ length: count }, (_, index) =>
  `interview-${(1_790_000_000_000 + seed * 977 + index * everyMs).toString(36)}-${createHash('sha256').update(`${seed} ${index}`).digest('hex').slice(0, 12)}`);

const experimentId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,30}$/);
const arms = fc.array(fc.integer({ min: 10, max: 100 }), { minLength: 2, maxLength: 4 }).map((parts) => {
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part, index) => ({ version: String(index + 1), weight: part / sum }));
});
const experiment: fc.Arbitrary<Arms> = fc.record({ id: experimentId, arms });
const sessions = fc.record({ seed: fc.nat(1_000_000), everyMs: fc.constantFrom(0, 1, 1371, 1_371_000) });

const counted = (keys: string[]): Map<string, number> => { const found = new Map<string, number>(); for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1); return found; };
const expectByChance = (count: number, share: number, of: number): void => { expect(Math.abs(count - of * share)).toBeLessThanOrEqual(SIGMAS * Math.sqrt(of * share * (1 - share))); };

describe('the arm of a session', () => {
  it('is the same one whoever asks, in whatever order and between whatever other sessions', () => {
    fc.assert(fc.property(experiment, fc.array(fc.string(), { minLength: 1 }), fc.infiniteStream(fc.nat()), (one, ids, picks) => {
      const first = new Map(ids.map((id) => [id, armFor(one, id)]));
      for (const pick of picks.take(30)) {
        const id = ids[pick % ids.length] as string;
        expect(armFor(structuredClone(one), id)).toBe(first.get(id));
      }
      expect(one.arms.map(({ version }) => version)).toEqual(expect.arrayContaining([...new Set(first.values())]));
    }));
  });

  it('comes as often as its weight says, for any experiment and any session ids of the app', () => {
    fc.assert(fc.property(experiment, sessions, (one, { seed, everyMs }) => {
      const found = counted(sessionIds(seed, everyMs).map((id) => armFor(one, id)));
      for (const { version, weight } of one.arms) expectByChance(found.get(version) ?? 0, weight, SESSIONS);
    }), { numRuns: 60 });
  });

  it('comes as often as its weight says with ids that only count up, as in test mode', () => {
    fc.assert(fc.property(experiment, fc.nat(800_000), (one, from) => {
      const found = counted(Array.from({ length: SESSIONS }, (_, index) => armFor(one, `interview-${String(from + index).padStart(6, '0')}`)));
      for (const { version, weight } of one.arms) expectByChance(found.get(version) ?? 0, weight, SESSIONS);
    }), { numRuns: 30 });
  });

  it('says nothing about its arm in another experiment, also when the ids differ in one letter', () => {
    const two = fc.tuple(experiment, experiment, fc.boolean()).map(([one, other, alike]): [Arms, Arms] => [one, alike ? { ...other, id: `${one.id}2` } : other]).filter(([one, other]) => one.id !== other.id);
    fc.assert(fc.property(two, sessions, ([one, other], { seed, everyMs }) => {
      const found = counted(sessionIds(seed, everyMs).map((id) => `${armFor(one, id)} ${armFor(other, id)}`));
      for (const mine of one.arms) for (const theirs of other.arms) expectByChance(found.get(`${mine.version} ${theirs.version}`) ?? 0, mine.weight * theirs.weight, SESSIONS);
    }), { numRuns: 40 });
  });

  it('only changes for as many sessions as the weights moved by', () => {
    const ids = sessionIds(1, 1371);
    const before: Arms = { id: 'x', arms: [{ version: '1', weight: 0.5 }, { version: '2', weight: 0.5 }] };
    const after: Arms = { id: 'x', arms: [{ version: '1', weight: 0.6 }, { version: '2', weight: 0.4 }] };
    expectByChance(ids.filter((id) => armFor(before, id) !== armFor(after, id)).length, 0.1, SESSIONS);
  });

  it('is the last one where rounding leaves a gap below 1', () => {
    const short: Arms = { id: 'gap', arms: [{ version: '1', weight: 1e-9 }, { version: '2', weight: 1e-9 }] };
    expect(armFor(short, 'any')).toBe('2');
  });
});
