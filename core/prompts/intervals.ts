/** What was measured, with its 95 % interval. Every interval here holds its own estimate. */
export interface Interval { value: number; low: number; high: number }
/** A share of 1, out of so many independent units. */
export interface Share { share: number; count: number }

/** The normal quantile at 0.975: what every 95 % interval here comes to with very many units. */
export const Z95 = 1.959963984540054;

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Score interval of a share (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927).
 * `share` may be the mean of anything between 0 and 1: nothing in that range spreads wider than ones and noughts do, so the interval
 * is then too wide rather than too narrow. Null for no units.
 */
export function wilson({ share, count }: Share): Interval | null {
  if (count < 1) return null;
  const square = Z95 ** 2;
  const centre = (share + square / (2 * count)) / (1 + square / count);
  const half = (Z95 / (1 + square / count)) * Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2));
  return around(share, centre - half, centre + half, 0, 1);
}

/**
 * The first share minus the second (R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison
 * of eleven methods", Statistics in Medicine 17, 1998, method 10): the distances to both Wilson intervals, joined. Null for no units.
 */
export function newcombe(first: Share, second: Share): Interval | null {
  const [a, b] = [wilson(first), wilson(second)];
  if (!a || !b) return null;
  const value = a.value - b.value;
  return around(value, value - Math.hypot(a.value - a.low, b.high - b.value), value + Math.hypot(a.high - a.value, b.value - b.low), -1, 1);
}

/**
 * Interval of a mean (Student, "The probable error of a mean", Biometrika 6, 1908). Null for fewer than two values, and where all are
 * the same: that says nothing about how far the next one may lie. Values with a long tail, as times can have, are covered less often
 * while they are few: ten that are log-normal with σ = 0.6 in 91 % of cases. Differences of such means ({@link welch}) are not.
 */
export function student(values: readonly number[]): Interval | null {
  const error = errorOfMean(values);
  if (error === null || error.variance === 0) return null;
  const value = mean(values);
  const half = t95(error.freedom) * Math.sqrt(error.variance);
  return around(value, value - half, value + half);
}

/**
 * The first mean minus the second, of values that may spread differently (B. L. Welch, "The generalization of Student's problem when
 * several different population variances are involved", Biometrika 34, 1947; degrees of freedom after F. E. Satterthwaite, Biometrics
 * Bulletin 2, 1946). Null for fewer than two values on either side, and where neither side spreads at all.
 */
export function welch(first: readonly number[], second: readonly number[]): Interval | null {
  const [a, b] = [errorOfMean(first), errorOfMean(second)];
  if (!a || !b) return null;
  const variance = a.variance + b.variance;
  if (variance === 0) return null;
  // As shares of the whole, since squares of very small variances would vanish.
  const freedom = 1 / ((a.variance / variance) ** 2 / a.freedom + (b.variance / variance) ** 2 / b.freedom);
  const value = mean(first) - mean(second);
  const half = t95(freedom) * Math.sqrt(variance);
  return around(value, value - half, value + half);
}

/** An interval cut to what is possible: that takes nothing from it that could have been true. */
export function within(interval: Interval | null, least: number, most: number): Interval | null {
  return interval && around(interval.value, interval.low, interval.high, least, most);
}

/** The quantile of Student's t at 0.975, to six digits; `freedom` need not be whole, and is 1 or more. */
export function t95(freedom: number): number {
  let [low, high] = [Z95, 12.8];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (within95(middle, freedom)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** The variance of a mean, estimated from its values, and the degrees of freedom of that. */
function errorOfMean(values: readonly number[]): { variance: number; freedom: number } | null {
  const freedom = values.length - 1;
  if (freedom < 1) return null;
  const middle = mean(values);
  // A mean of equal values may differ from them in its last digit.
  if (values.every((value) => value === values[0])) return { variance: 0, freedom };
  return { variance: values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / freedom / values.length, freedom };
}

/** The ends may miss the estimate by a rounding, or reach beyond what is possible. */
function around(value: number, low: number, high: number, least = -Infinity, most = Infinity): Interval {
  return { value, low: Math.min(value, Math.max(least, low)), high: Math.max(value, Math.min(most, high)) };
}

const PANELS = 40;

/**
 * Whether 95 % of Student's distribution or more lie between -t and t (Abramowitz & Stegun 26.7.1, with x = √freedom tan θ, which leaves
 * a power of the cosine to be integrated: by Simpson's rule).
 */
function within95(t: number, freedom: number): boolean {
  const width = Math.atan(t / Math.sqrt(freedom)) / PANELS;
  const curve = (panel: number): number => Math.cos(panel * width) ** (freedom - 1);
  let area = curve(0) + curve(PANELS);
  for (let panel = 1; panel < PANELS; panel++) area += curve(panel) * (panel % 2 === 0 ? 2 : 4);
  return 2 * Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2)) / Math.sqrt(Math.PI) * area * width / 3 >= 0.95;
}

/** Stirling's series (NIST DLMF 5.11.1) from 10 on; below it by Γ(x + 1) = x Γ(x). */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
}
