import i18next from 'i18next';

const language = (): string => i18next.language || 'en';

/** "85 ms" below a second, "1.4 s" below a minute, "12 min" from there; takes milliseconds. */
export function duration(ms: number): string {
  const [value, unit] = ms < 1000 ? [Math.round(ms), 'millisecond'] : ms < 60_000 ? [ms / 1000, 'second'] : [ms / 60_000, 'minute'];
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: unit === 'second' ? 1 : 0 }).format(value);
}

/** What is left of a wait, as whole steps a person can use; takes seconds. */
export function timeLeft(seconds: number): { unit: 'seconds' | 'minutes'; count: number } | { unit: 'hours'; hours: number; minutes: number } {
  if (seconds < 55) return { unit: 'seconds', count: Math.max(1, seconds < 10 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5) };
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return { unit: 'minutes', count: Math.max(1, minutes) };
  return { unit: 'hours', hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
