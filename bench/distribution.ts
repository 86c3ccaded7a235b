/** The value below which a share of the samples lies (nearest rank). */
export function quantile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** "p50 1.2 ms, p95 3.4 ms (n = 100)" */
export const describe = (samples: number[], unit = 'ms'): string =>
  `p50 ${quantile(samples, 0.5).toFixed(2)} ${unit}, p95 ${quantile(samples, 0.95).toFixed(2)} ${unit}, max ${Math.max(...samples).toFixed(2)} ${unit} (n = ${samples.length})`;
