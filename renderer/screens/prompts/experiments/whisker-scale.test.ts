import { expect, test } from 'vitest';
import fc from 'fast-check';
import { placeWhisker, scaleEnd } from './whisker-scale.ts';

test('shares and scores are always drawn on the whole of 0 to 100', () => {
  expect([scaleEnd('stood', [{ value: 0.02, low: 0, high: 0.05 }]), scaleEnd('score', [])]).toEqual([100, 100]);
});

test('the scale of times and tokens ends at the next round number above everything drawn on it', () => {
  expect(scaleEnd('first-word-ms', [{ value: 420, low: 300, high: 540 }, { value: 610, low: 480, high: 740 }])).toBe(800);
  expect(scaleEnd('duration-ms', [{ value: 1100, low: null, high: null }])).toBe(1500);
  expect(scaleEnd('output-tokens', [])).toBe(1);
});

test('one scale serves all versions: the same number stands at the same place', () => {
  const end = scaleEnd('first-word-ms', [{ value: 200, low: 100, high: 300 }, { value: 700, low: 600, high: 800 }]);
  expect(placeWhisker('first-word-ms', { value: 200, low: 100, high: 300 }, end, 10, 80)).toEqual({ dot: 30, interval: { from: 20, to: 40 } });
  expect(placeWhisker('first-word-ms', { value: 700, low: 600, high: 800 }, end, 10, 80)).toEqual({ dot: 80, interval: { from: 70, to: 90 } });
});

test('an interval that runs out of what is possible is cut there: nothing takes less than no time', () => {
  expect(placeWhisker('duration-ms', { value: 500, low: -300, high: 1300 }, 1500, 0, 150)?.interval?.from).toBe(0);
  expect(placeWhisker('score', { value: 0.9, low: 0.7, high: 1.1 }, 100, 0, 100)?.interval?.to).toBe(100);
});

test('without an interval there is a dot alone, without a value nothing', () => {
  expect(placeWhisker('stood', { value: 1, low: null, high: null }, 100, 0, 100)).toEqual({ dot: 100, interval: null });
  expect(placeWhisker('stood', { value: null, low: null, high: null }, 100, 0, 100)).toBeNull();
});

test('everything is drawn inside the scale, and the dot within its whiskers', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(fc.tuple(share, share, share), (three) => {
    const [low = 0, value = 0, high = 0] = three.toSorted((a, b) => a - b);
    const drawn = placeWhisker('stood', { value, low, high }, 100, 4, 192);
    expect(drawn?.interval?.from).toBeGreaterThanOrEqual(4);
    expect(drawn?.interval?.to).toBeLessThanOrEqual(196.000001);
    expect((drawn?.interval?.from ?? 0) <= (drawn?.dot ?? 0) && (drawn?.dot ?? 0) <= (drawn?.interval?.to ?? 0)).toBe(true);
  }));
});
