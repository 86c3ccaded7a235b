import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRng } from '../sources.ts';
import { mean, newcombe, student, t95, welch, wilson, within, Z95, type Interval } from './intervals.ts';

const rounded = (interval: Interval | null, digits: number) => interval && { value: Number(interval.value.toFixed(digits)), low: Number(interval.low.toFixed(digits)), high: Number(interval.high.toFixed(digits)) };

describe('the quantile of Student\'s t', () => {
  it.each([[1, 12.7062], [2, 4.30265], [3, 3.18245], [5, 2.57058], [10, 2.22814], [30, 2.04227], [120, 1.97993], [1000, 1.96234]])('is that of the tables for %i degrees of freedom', (freedom, table) => {
    expect(t95(freedom)).toBeCloseTo(table, 4);
  });

  it('falls from one degree to the next, between whole ones too, down to the normal quantile', () => {
    fc.assert(fc.property(fc.double({ min: 1, max: 500, noNaN: true }), fc.double({ min: 0.01, max: 50, noNaN: true }), (freedom, more) => {
      expect(t95(freedom + more)).toBeLessThan(t95(freedom));
    }));
    expect(t95(1e7)).toBeCloseTo(Z95, 5);
  });
});

describe('published examples', () => {
  it('Wilson: 8 of 10', () => {
    expect(rounded(wilson({ share: 0.8, count: 10 }), 3)).toEqual({ value: 0.8, low: 0.49, high: 0.943 });
  });
  it('Wilson: 81 of 263, 15 of 148, 0 of 20 and 1 of 29 (Newcombe 1998, two-sided intervals for the single proportion)', () => {
    const found = [[81, 263], [15, 148], [0, 20], [1, 29]].map(([some = 0, count = 0]) => rounded(wilson({ share: some / count, count }), 4));
    expect(found.map((one) => [one?.low, one?.high])).toEqual([[0.2553, 0.3662], [0.0624, 0.1605], [0, 0.1611], [0.0061, 0.1718]]);
  });
  it('Newcombe: 56 of 70 against 48 of 80, and nothing of 10 against nothing of 20', () => {
    expect(rounded(newcombe({ share: 0.8, count: 70 }, { share: 0.6, count: 80 }), 4)).toEqual({ value: 0.2, low: 0.0524, high: 0.3339 });
    expect(rounded(newcombe({ share: 0, count: 10 }, { share: 0, count: 20 }), 4)).toEqual({ value: 0, low: -0.1611, high: 0.2775 });
  });
  it('Student: the additional hours of sleep of his second drug; Welch: both drugs as if given to different people', () => {
    const [first, second] = [[0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]];
    expect(rounded(student(second), 4)).toEqual({ value: 2.33, low: 0.8977, high: 3.7623 });
    expect(rounded(welch(first, second), 4)).toEqual({ value: -1.58, low: -3.3655, high: 0.2055 });
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 5000 });
const values = fc.array(fc.integer({ min: 0, max: 1e6 }).map((hundredths) => hundredths / 100), { minLength: 2, maxLength: 40 });
const holds = ({ value, low, high }: Interval): boolean => low <= value && value <= high && Number.isFinite(low) && Number.isFinite(high);

describe('an interval', () => {
  it('holds its estimate and stays in the range of what can be', () => {
    fc.assert(fc.property(share, count, share, count, (a, m, b, n) => {
      const [one, difference] = [wilson({ share: a, count: m }), newcombe({ share: a, count: m }, { share: b, count: n })];
      expect(one !== null && holds(one) && one.low >= 0 && one.high <= 1).toBe(true);
      expect(difference !== null && holds(difference) && difference.low >= -1 && difference.high <= 1).toBe(true);
    }));
    fc.assert(fc.property(values, values, (a, b) => {
      for (const interval of [student(a), welch(a, b), within(student(a), 0, 1e4)]) if (interval) expect(holds(interval)).toBe(true);
      const cut = within(student(a), 0, 1e4);
      if (cut) expect(cut.low >= 0 && cut.high <= 1e4).toBe(true);
    }));
  });

  it('turns round when the arms are exchanged', () => {
    fc.assert(fc.property(share, count, share, count, (a, m, b, n) => {
      const [there, back] = [newcombe({ share: a, count: m }, { share: b, count: n }), newcombe({ share: b, count: n }, { share: a, count: m })];
      expect(there?.low).toBeCloseTo(-(back?.high ?? NaN), 12);
    }));
    fc.assert(fc.property(values, values, (a, b) => {
      const [there, back] = [welch(a, b), welch(b, a)];
      if (there) expect(there.low).toBeCloseTo(-(back?.high ?? NaN), 3);
    }));
  });

  it('narrows as units are added', () => {
    const width = (interval: Interval | null): number => (interval ? interval.high - interval.low : NaN);
    fc.assert(fc.property(share, count, fc.integer({ min: 2, max: 5 }), (a, n, times) => {
      expect(width(wilson({ share: a, count: n * times }))).toBeLessThan(width(wilson({ share: a, count: n })));
      expect(width(newcombe({ share: a, count: n * times }, { share: 0.3, count: n * times }))).toBeLessThan(width(newcombe({ share: a, count: n }, { share: 0.3, count: n })));
    }));
    fc.assert(fc.property(values.filter((list) => new Set(list).size > 1), fc.integer({ min: 2, max: 5 }), (list, times) => {
      const more = Array.from({ length: times }, () => list).flat();
      const before = width(student(list));
      fc.pre(before > 0);
      expect(width(student(more))).toBeLessThan(before);
      expect(width(welch(more, more))).toBeLessThan(width(welch(list, list)));
    }));
  });

  it('is not made of too little, nor of values that do not differ', () => {
    expect([wilson({ share: NaN, count: 0 }), newcombe({ share: 1, count: 3 }, { share: NaN, count: 0 })]).toEqual([null, null]);
    expect([student([]), student([3]), student([0.1, 0.1, 0.1]), welch([1, 2], [1]), welch([0.1, 0.1, 0.1], [0.7, 0.7])]).toEqual([null, null, null, null, null]);
    expect(welch([3, 3, 3], [1, 2])).not.toBeNull();
  });
});

describe('2,000 simulated experiments', () => {
  const RUNS = 2000;
  const rng = seededRng(20261121);
  /** Box and Muller. */
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  const times = <T>(number: number, make: () => T): T[] => Array.from({ length: number }, make);
  const uses = (): number => 1 + Math.floor(rng.next() * 6);
  /** A session's share of uses that went well: sessions lean to one side or the other by `lean`, around `truth`. */
  const shareOfSession = (truth: number, lean: number): number => {
    const own = truth + (rng.next() < 0.5 ? -1 : 1) * lean;
    return mean(times(uses(), () => (rng.next() < own ? 1 : 0)));
  };
  /** A session's mean of a measurement: what is the session's own, and what is each use's. */
  const levelOfSession = (truth: number, between: number, inside: number): number => truth + between * normal() + mean(times(uses(), () => inside * normal()));
  const covered = (truth: number, experiment: () => Interval | null): number => times(RUNS, experiment).filter((interval) => interval && interval.low <= truth && truth <= interval.high).length / RUNS;

  it.each([[0.5, 0.3, 8], [0.8, 0.15, 12], [0.9, 0.1, 30], [0.3, 0, 60]])('cover a share of %d that varies by %d between %i sessions', (truth, lean, sessions) => {
    expect(covered(truth, () => wilson({ share: mean(times(sessions, () => shareOfSession(truth, lean))), count: sessions }))).toBeGreaterThanOrEqual(0.93);
  });
  it.each([[0.6, 0.8, 10, 14], [0.5, 0.5, 40, 40], [0.9, 0.7, 25, 12]])('cover the difference of shares of %d and %d over %i and %i sessions', (a, b, m, n) => {
    const arm = (truth: number, sessions: number) => ({ share: mean(times(sessions, () => shareOfSession(truth, 0.1))), count: sessions });
    expect(covered(a - b, () => newcombe(arm(a, m), arm(b, n)))).toBeGreaterThanOrEqual(0.93);
  });
  it.each([[400, 120, 3], [400, 20, 10], [400, 200, 40]])('cover a mean of %i that varies by %i between %i sessions', (truth, between, sessions) => {
    expect(covered(truth, () => student(times(sessions, () => levelOfSession(truth, between, 90))))).toBeGreaterThanOrEqual(0.93);
  });
  it.each([[120, 120, 10, 10], [40, 200, 8, 20], [200, 40, 8, 20]])('cover the difference of means that vary by %i and %i over %i and %i sessions', (a, b, m, n) => {
    expect(covered(-50, () => welch(times(m, () => levelOfSession(400, a, 90)), times(n, () => levelOfSession(450, b, 90))))).toBeGreaterThanOrEqual(0.93);
  });

  it('would be fooled by uses counted as if each were a session of its own', () => {
    const all = covered(0.7, () => {
      const own = times(12, () => { const good = 0.7 + (rng.next() < 0.5 ? -0.28 : 0.28); return times(6, () => (rng.next() < good ? 1 : 0)); }).flat();
      return wilson({ share: mean(own), count: own.length });
    });
    expect(all).toBeLessThan(0.88);
  });
});
